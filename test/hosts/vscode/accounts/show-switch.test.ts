import {expect, test} from 'vitest'
import {showSwitch} from '../../../../src/hosts/vscode/accounts/show-switch.ts'
import {toLocalTime} from '../../../../src/base/local-time.ts'
import {ACCOUNT, NOW_MS} from '../../../support/engine/create-backend.ts'
import {createFakeEditor} from '../../../support/editor/fake-editor.ts'

const RESET_MS = NOW_MS + 3_600_000
const BOB = {...ACCOUNT, id: 'user-2:account-2', email: 'bob@example.com'}

test('the account that takes over is told, with the time', () => {
  const editor = createFakeEditor()
  const change = {from: ACCOUNT, to: BOB, reason: 'usage_limit', untilMs: RESET_MS} as const
  showSwitch(change, editor.api)
  expect(editor.messages).toEqual([
    `info: ada@example.com has reached its ChatGPT usage limit, and rests until ${toLocalTime(RESET_MS)}. bob@example.com takes over.`,
  ])
})

test('without another account, the answer says it and no message does', () => {
  const editor = createFakeEditor()
  showSwitch({from: ACCOUNT, reason: 'usage_limit', untilMs: RESET_MS}, editor.api)
  expect(editor.messages).toEqual([])
})
