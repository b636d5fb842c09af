import {mkdir, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {expect, test} from 'vitest'
import {importLogin} from '../../../../src/hosts/vscode/panel/import-login.ts'
import type {PanelOptions} from '../../../../src/hosts/vscode/panel/panel-options.ts'
import {createAccountMemory} from '../../../../src/storage/account-memory.ts'
import {AUTH_FILE_SAMPLES} from '../../../support/accounts/auth-file-samples.ts'
import {createFakeEditor} from '../../../support/editor/fake-editor.ts'
import {createMemoryAccountStore} from '../../../support/memory/memory-account-store.ts'
import {createMemoryLog} from '../../../support/memory/memory-log.ts'
import {createMemoryStorage} from '../../../support/memory/memory-storage.ts'
import {makeTemporaryFolder} from '../../../support/temporary-folder.ts'

const SHARE = 'Share u@example.com (ChatGPT Plus)'
const COPY = 'Copy u@example.com (ChatGPT Plus)'

async function start({hasLogin = true} = {}) {
  const codexHome = path.join(makeTemporaryFolder(), '.codex')
  await mkdir(codexHome)
  if (hasLogin) await writeFile(path.join(codexHome, 'auth.json'), AUTH_FILE_SAMPLES['plain']!)
  const editor = createFakeEditor()
  const {log} = createMemoryLog()
  const memory = createAccountMemory({storage: createMemoryStorage(), now: Date.now, log})
  const store = createMemoryAccountStore()
  const updated: string[] = []
  const options = {
    api: editor.api,
    memory,
    store,
    codexHome,
    shared: {update: async () => void updated.push('shared')},
  } as unknown as PanelOptions
  return {codexHome, editor, memory, options, store, updated}
}

test('a login of the Codex CLI is shared where it is', async () => {
  const {codexHome, editor, memory, options, store, updated} = await start()
  const pending = importLogin(options)
  const list = await editor.next('pick')
  expect(list.choices).toEqual([SHARE, COPY])
  expect(list.descriptions).toEqual(['recommended', undefined])
  list.answer(SHARE)
  await pending
  expect(memory.links.export()).toContain(codexHome)
  expect(updated).toEqual(['shared'])
  expect(await store.list()).toEqual([])
  expect(editor.messages[0]).toMatch(/^info: The editor now shares the login of u@example\.com in /)
})

test.each([
  ['Copy', ['u@example.com']],
  [undefined, []],
])('it is copied once the user knows what that means: %s', async (answer, emails) => {
  const {editor, options, store} = await start()
  const pending = importLogin(options)
  const list = await editor.next('pick')
  list.answer(COPY)
  const warning = await editor.next('warning')
  expect(warning.text).toMatch(/^This login now exists twice/)
  warning.answer(answer)
  await pending
  expect((await store.list()).map(({email}) => email)).toEqual(emails)
})

test('where there is none, logging in is offered', async () => {
  const {editor, options} = await start({hasLogin: false})
  const pending = importLogin(options)
  const message = await editor.next('info')
  expect(message.text).toMatch(/^No login was found in .*\.codex\.$/)
  message.answer('Log In')
  await pending
  expect(editor.commands).toEqual(['openaiCodex.logIn'])
})
