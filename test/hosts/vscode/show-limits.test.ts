import {expect, test} from 'vitest'
import {StorageError} from '../../../src/errors.ts'
import {showSwitch, showWarnings} from '../../../src/hosts/vscode/show-limits.ts'
import {toLocalTime} from '../../../src/http/local-time.ts'
import {createAccountMemory} from '../../../src/storage/account-memory.ts'
import {ACCOUNT, NOW_MS} from '../../support/create-backend.ts'
import {createReading} from '../../support/create-usage.ts'
import {createFakeEditor} from '../../support/fake-editor.ts'
import {createMemoryAccountStore} from '../../support/memory-account-store.ts'
import {createMemoryLog} from '../../support/memory-log.ts'
import {createMemoryStorage} from '../../support/memory-storage.ts'

const RESET_MS = NOW_MS + 3_600_000
const BOB = {...ACCOUNT, id: 'user-2:account-2', email: 'bob@example.com'}

function start() {
  const editor = createFakeEditor()
  const {log, lines} = createMemoryLog()
  const memory = createAccountMemory({storage: createMemoryStorage(), now: () => NOW_MS, log})
  const store = createMemoryAccountStore(ACCOUNT)
  return {editor, lines, memory, store, options: {api: editor.api, store, memory, log}}
}

test('a limit that is nearly used up is told once', async () => {
  const {editor, memory, options} = start()
  memory.usage.update(ACCOUNT.id, createReading({}, {usedPercent: 91}))
  await showWarnings(ACCOUNT.id, options)
  await showWarnings(ACCOUNT.id, options)
  expect(editor.messages).toEqual([
    `warning: ada@example.com has 9 % of its 5 h limit left, until ${toLocalTime(RESET_MS)}.`,
  ])
})

test('a warning that cannot be shown is logged, and comes with the next answer', async () => {
  const {editor, lines, memory, options, store} = start()
  memory.usage.update(ACCOUNT.id, createReading({}, {usedPercent: 91}))
  const locked = {get: () => Promise.reject(new StorageError('no'))}
  await showWarnings(ACCOUNT.id, {...options, store: locked})
  expect(editor.messages).toEqual([])
  expect(lines).toEqual(['warn A warning could not be shown {"name":"ERR_STORAGE"}'])
  await showWarnings(ACCOUNT.id, {...options, store})
  expect(editor.messages).toHaveLength(1)
})

test('the account that answers meanwhile is told, with the time', () => {
  const {editor} = start()
  const change = {from: ACCOUNT, to: BOB, reason: 'usage_limit', untilMs: RESET_MS} as const
  showSwitch(change, editor.api)
  expect(editor.messages).toEqual([
    `info: ada@example.com has reached its ChatGPT usage limit until ${toLocalTime(RESET_MS)}. bob@example.com answers meanwhile.`,
  ])
})

test('without another account, the answer says it and no message does', () => {
  const {editor} = start()
  showSwitch({from: ACCOUNT, reason: 'usage_limit', untilMs: RESET_MS}, editor.api)
  expect(editor.messages).toEqual([])
})
