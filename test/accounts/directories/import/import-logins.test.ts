import {lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {describe, expect, test} from 'vitest'
import {createAccountDirectories} from '../../../../src/accounts/directories/account-directories.ts'
import {importLogin} from '../../../../src/accounts/directories/import/import-login.ts'
import {
  COPY_WARNING,
  findCodexLogin,
  findSnapshots,
} from '../../../../src/accounts/directories/import/import-logins.ts'
import {buildAuthFile, buildLogin} from '../../../support/accounts/build-login.ts'
import {createMemoryLog} from '../../../support/memory/memory-log.ts'
import {makeTemporaryFolder} from '../../../support/temporary-folder.ts'

function toText(user: string, serial = 1): string {
  return buildAuthFile(buildLogin({user, serial}))
}

/** A CODEX_HOME with these files. */
function makeHome(files: Readonly<Record<string, string>>): string {
  const home = makeTemporaryFolder()
  mkdirSync(path.join(home, 'accounts'))
  for (const [file, text] of Object.entries(files)) writeFileSync(path.join(home, file), text)
  return home
}

function makeDirectories() {
  const base = path.join(makeTemporaryFolder(), 'base')
  const {log} = createMemoryLog()
  return {base, directories: createAccountDirectories({base, now: () => 1000, log})}
}

/** What matters of each, on one line. */
async function listSnapshots(home: string): Promise<readonly string[]> {
  return (await findSnapshots(path.join(home, 'accounts'))).map(({file, isActive, login, name}) =>
    [path.relative(home, file), name, login.kind, isActive ? 'active' : ''].join(' ').trim(),
  )
}

describe('the official CLI', () => {
  test('has one login, named after its email', async () => {
    const home = makeHome({'auth.json': toText('ada')})
    expect(await findCodexLogin(home)).toMatchObject({
      file: path.join(home, 'auth.json'),
      name: 'ada',
      isActive: true,
      login: {kind: 'chatgpt', account: {id: 'ada:team'}},
    })
  })

  test('or none', async () => {
    const home = makeHome({})
    expect(await findCodexLogin(home)).toMatchObject({login: {kind: 'missing'}})
  })
})

describe('codex-auth, files by name', () => {
  test('the name of the file is the name of the account; what cannot be taken over says why', async () => {
    const home = makeHome({
      'accounts/work.json': toText('ada'),
      'accounts/home.json': toText('bob'),
      'accounts/a b.json': toText('eve'),
      'accounts/number.json': '42',
      'accounts/key.json': '{"OPENAI_API_KEY":"sk-1"}',
      'accounts/notes.txt': 'x',
      'accounts/current': 'home\n',
    })
    expect(await listSnapshots(home)).toEqual([
      'accounts/a b.json  chatgpt',
      'accounts/home.json home chatgpt active',
      'accounts/key.json key api_key',
      'accounts/number.json number damaged',
      'accounts/work.json work chatgpt',
    ])
  })

  test('the first file that is not empty says which one is active, here or one folder above', async () => {
    const home = makeHome({
      'accounts/work.json': toText('ada'),
      'accounts/.active': '\n',
      selected: 'work.json',
    })
    expect(await listSnapshots(home)).toEqual(['accounts/work.json work chatgpt active'])
  })

  test('no folder is no account', async () => {
    expect(await findSnapshots(path.join(makeTemporaryFolder(), 'gone'))).toEqual([])
  })
})

describe('codex-auth, files by account', () => {
  const bobKey = 'bob::team'
  const bobFile = `accounts/${Buffer.from(bobKey).toString('base64url')}.auth.json`

  function toRegistry(fields: Readonly<Record<string, unknown>>): string {
    return JSON.stringify({
      schema_version: 4,
      accounts: [
        {account_key: 'ada-team', email: 'ada@example.com', alias: ''},
        {account_key: bobKey, email: 'bob@example.com', alias: 'Work Laptop'},
        {account_key: 'gone', email: 'gone@example.com', alias: ''},
        null,
      ],
      ...fields,
    })
  }

  test('names come from the alias or the email', async () => {
    const home = makeHome({
      'accounts/registry.json': toRegistry({active_account_key: bobKey}),
      'accounts/ada-team.auth.json': toText('ada'),
      'accounts/ada-2.auth.json': toText('ada'),
      'accounts/registry.json.bak.1': '{}',
      [bobFile]: toText('bob'),
    })
    expect(await listSnapshots(home)).toEqual([
      `${bobFile} work-laptop chatgpt active`,
      'accounts/ada-2.auth.json ada chatgpt',
      'accounts/ada-team.auth.json ada-2 chatgpt',
    ])
  })

  test("of the active account the CLI's own file is newer than the copy", async () => {
    const home = makeHome({
      'auth.json': toText('ada', 2),
      'accounts/registry.json': toRegistry({active_account_key: 'ada-team'}),
      'accounts/ada-team.auth.json': toText('ada', 1),
    })
    expect(await listSnapshots(home)).toEqual(['auth.json ada chatgpt active'])
  })

  test.each(['', 'null', '{"accounts":5}'])('a registry %j hides nobody', async (registry) => {
    const home = makeHome({
      'accounts/registry.json': registry,
      'accounts/ada-team.auth.json': toText('ada'),
    })
    expect(await listSnapshots(home)).toEqual(['accounts/ada-team.auth.json ada chatgpt'])
  })
})

describe('taking over', () => {
  test('a copy has everything of the file, is private, and comes with a warning', async () => {
    const text = buildAuthFile(buildLogin({user: 'ada'}), {future: [1]})
    const home = makeHome({'auth.json': text})
    const {base, directories} = makeDirectories()
    const found = await findCodexLogin(home)

    const result = await importLogin(found, directories, {as: 'copy'})

    expect(result).toEqual({kind: 'imported', name: 'ada', warning: COPY_WARNING})
    expect(readFileSync(path.join(base, 'ada', 'auth.json'), 'utf8')).toBe(text)
    expect(lstatSync(path.join(base, 'ada', 'auth.json')).mode & 0o077).toBe(0)
    expect(readdirSync(home).toSorted()).toEqual(['accounts', 'auth.json'])
  })

  test('a login that is there stays, unless it is to be overwritten; its status stays', async () => {
    const found = await findCodexLogin(makeHome({'auth.json': toText('bob')}))
    const {base, directories} = makeDirectories()
    await directories.create('work')
    await directories.writeLogin('work', buildLogin({user: 'ada'}))
    await directories.changeStatus('work', () => ({lastQuotaAtMs: 5}))
    const file = path.join(base, 'work', 'auth.json')

    const keep = {as: 'copy', name: 'work'} as const
    expect(await importLogin(found, directories, keep)).toEqual({kind: 'kept', name: 'work'})
    expect(readFileSync(file, 'utf8')).toContain('refresh-ada-1')

    await importLogin(found, directories, {...keep, overwrite: true})
    expect(readFileSync(file, 'utf8')).toContain('refresh-bob-1')
    expect(await directories.status('work')).toEqual({lastQuotaAtMs: 5})
  })

  test('a link uses the folder where it is', async () => {
    const home = makeHome({'auth.json': toText('ada')})
    const {base, directories} = makeDirectories()
    const found = await findCodexLogin(home)
    expect(await importLogin(found, directories, {as: 'link'})).toEqual({
      kind: 'imported',
      name: 'ada',
    })
    expect(lstatSync(path.join(base, 'ada')).isSymbolicLink()).toBe(true)
  })

  test('what is not a login, or not in a folder of the CLI, is refused', async () => {
    const {directories} = makeDirectories()
    const home = makeHome({'accounts/work.json': toText('ada'), 'auth.json': '{}'})
    const [snapshot] = await findSnapshots(path.join(home, 'accounts'))
    const link = {as: 'link'} as const
    await expect(importLogin(snapshot!, directories, link)).rejects.toThrow(
      `${snapshot!.file} is not in a folder of the Codex CLI: copy it.`,
    )
    await expect(importLogin(await findCodexLogin(home), directories, link)).rejects.toThrow(
      `There is no login of a ChatGPT account in ${path.join(home, 'auth.json')}.`,
    )
    expect(await directories.folders()).toEqual([])
  })
})
