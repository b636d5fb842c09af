import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {expect, onTestFinished, test} from 'vitest'
import {StorageError} from '../../../../src/errors.ts'
import {createSealedSecrets} from '../../../../src/hosts/vscode/storage/sealed-secrets.ts'
import {createMemoryLog} from '../../../support/memory/memory-log.ts'
import {rejectionOf} from '../../../support/rejection.ts'

async function createFile(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'sealed-'))
  onTestFinished(() => rm(folder, {recursive: true, force: true}))
  return path.join(folder, 'inner/accounts.sealed')
}

/** The editor's secret storage, as one window has it. */
function createKeys(values = new Map<string, string>()) {
  return {
    get: async (name: string) => values.get(name),
    store: async (name: string, value: string) => void values.set(name, value),
  }
}

function openWindow(file: string, keys = createKeys()) {
  const {log, lines} = createMemoryLog()
  return {...createSealedSecrets({file, keys, log, openedAtMs: Date.now()}), lines}
}

test('what is set is read by every window with the same key, anew each time', async () => {
  const file = await createFile()
  const keys = createKeys()
  const [one, other] = [openWindow(file, keys), openWindow(file, keys)]
  await one.prepare()
  await one.set('a', 'secret-1')
  expect(await other.get('a')).toBe('secret-1')
  await other.set('a', 'secret-2')
  await other.set('b', 'secret-3')
  expect([await one.get('a'), await one.get('b')]).toEqual(['secret-2', 'secret-3'])
  await one.delete('a')
  expect(await other.get('a')).toBe(undefined)
})

test('nothing in the file can be read without the key', async () => {
  const file = await createFile()
  await openWindow(file).set('a', 'a secret that is long enough to be found')
  expect(await readFile(file, 'latin1')).not.toContain('secret')
})

test('windows that write at once lose nothing', async () => {
  const file = await createFile()
  const keys = createKeys()
  await openWindow(file, keys).prepare()
  const names = Array.from({length: 10}, (_, index) => `name-${index}`)
  await Promise.all(names.map((name) => openWindow(file, keys).set(name, name)))
  const last = openWindow(file, keys)
  expect(await Promise.all(names.map((name) => last.get(name)))).toEqual(names)
})

test('a window that cannot know the key yet does not make another one', async () => {
  const file = await createFile()
  const first = openWindow(file)
  await first.set('a', 'secret-1')
  const second = openWindow(file, createKeys())
  expect(await second.get('a')).toBe(undefined)
  const error = await rejectionOf(second.set('a', 'secret-2'))
  expect(error).toBeInstanceOf(StorageError)
  expect(error.message).toContain('Reload this window')
  expect(await first.get('a')).toBe('secret-1')
})

test('when the key is lost for good, a login begins anew, and the old file is kept', async () => {
  const file = await createFile()
  await openWindow(file).set('a', 'secret-1')
  const longAgo = new Date(Date.now() - 3_600_000)
  await utimes(`${file}.key`, longAgo, longAgo)
  const later = openWindow(file, createKeys())
  await later.set('a', 'secret-2')
  expect(await later.get('a')).toBe('secret-2')
  expect(await readdir(path.dirname(file))).toContain('accounts.sealed.unreadable')
  expect(later.lines.join()).toContain('cannot be opened here')
})

test('a damaged file counts as empty, and is kept aside', async () => {
  const file = await createFile()
  const window = openWindow(file, createKeys())
  await window.set('a', 'secret-1')
  await writeFile(file, 'damaged')
  expect(await window.get('a')).toBe(undefined)
  await window.set('b', 'secret-2')
  expect(await window.get('b')).toBe('secret-2')
  expect(await readFile(`${file}.unreadable`, 'utf8')).toBe('damaged')
})

test('a second damaged file does not take the place of the first one that was kept', async () => {
  const file = await createFile()
  const window = openWindow(file, createKeys())
  for (const text of ['damaged', 'damaged again', 'and again']) {
    await window.set('a', 'secret')
    await writeFile(file, text)
  }
  await window.set('a', 'secret')
  const kept = ['', '-2', '-3'].map((end) => readFile(`${file}.unreadable${end}`, 'utf8'))
  expect(await Promise.all(kept)).toEqual(['damaged', 'damaged again', 'and again'])
})

test('only this user can open the folder of the file', async () => {
  const file = await createFile()
  await mkdir(path.dirname(file), {mode: 0o755})
  await chmod(path.dirname(file), 0o755)
  await openWindow(file).set('a', 'secret-1')
  expect((await stat(path.dirname(file))).mode & 0o777).toBe(0o700)
})
