import {PassThrough} from 'node:stream'
import {expect, test} from 'vitest'
import type {Io} from '../../src/cli/io.ts'
import {chooseName, confirm} from '../../src/cli/prompts.ts'

/** A terminal on which Enter was pressed already. */
function createTerminal() {
  const stdin = new PassThrough()
  const stdout = new PassThrough()
  const shown: string[] = []
  stdout.setEncoding('utf8').on('data', (text: string) => void shown.push(text))
  const io = {stdin, stdout} as unknown as Io
  return {io, press: (key: string) => void stdin.write(key), read: () => shown.join('')}
}

/** Sets the title of the terminal, and moves its cursor. */
const HOSTILE = 'wo\u001B]0;owned\u0007rk\u001B[9A'

test('the names of accounts are shown as text, and never obeyed', async () => {
  const {io, press, read} = createTerminal()

  const chosen = chooseName([{name: HOSTILE, home: '/accounts/work', isDefault: true}], io)
  await expect.poll(read).toContain('work (default)')
  press('\r')

  expect(await chosen).toBe(HOSTILE)
  expect(read()).not.toContain('owned')
  expect(read()).not.toContain('\u001B[9A')
})

test('so is what a question names', async () => {
  const {io, press, read} = createTerminal()

  const isMeant = confirm(`Delete ${HOSTILE}?`, {io, byDefault: true})
  await expect.poll(read).toContain('Delete work?')
  press('\r')

  expect(await isMeant).toBe(true)
  expect(read()).not.toContain('owned')
  expect(read()).not.toContain('\u001B[9A')
})

const FOLDERS = ['homework', 'work', 'spare'].map((name) => ({
  name,
  home: `/accounts/${name}`,
  isDefault: name === 'spare',
}))

test.each([
  ['a name that is pasted together with its Enter', 'spa\r', 'spare'],
  ['a whole name, beside longer ones that hold it', 'work\n', 'work'],
  ['Enter alone: the default', '\r', 'spare'],
  ['Esc: nothing', '\u001B', undefined],
  ['Ctrl-D: nothing', '\u0004', undefined],
  ['Ctrl-C: nothing', '\u0003', undefined],
])('the choice of an account takes %s', async (_what, keys, name) => {
  const {io, press, read} = createTerminal()

  const chosen = chooseName(FOLDERS, io)
  await expect.poll(read).toContain('homework')
  press(keys)

  expect(await chosen).toBe(name)
})
