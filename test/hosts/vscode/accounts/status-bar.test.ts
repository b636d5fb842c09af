import {expect, test} from 'vitest'
import type {KnownAccount} from '../../../../src/accounts/choice/describe-account.ts'
import {createStatusBar, toStatusText} from '../../../../src/hosts/vscode/accounts/status-bar.ts'
import {toLocalTime} from '../../../../src/base/local-time.ts'
import {ACCOUNT, NOW_MS} from '../../../support/engine/create-backend.ts'
import {createRest} from '../../../support/accounts/create-rest.ts'
import {createUsage, createWindow, WEEK} from '../../../support/accounts/create-usage.ts'
import {createFakeEditor} from '../../../support/editor/fake-editor.ts'

const PREFERENCE = {priority: 0, isPaused: false, ceilings: []}
const ADA: KnownAccount = {account: ACCOUNT, preference: PREFERENCE}
const BOB: KnownAccount = {
  account: {...ACCOUNT, id: 'user-2:account-2', email: 'bob@example.com'},
  preference: PREFERENCE,
}
const RESET_MS = NOW_MS + 3_600_000

function using(known: KnownAccount, usedPercent: number): KnownAccount {
  return {...known, usage: createUsage({windows: [createWindow({usedPercent})]})}
}

function ended(known: KnownAccount): KnownAccount {
  const loginRequired = {reason: 'expired', sinceMs: NOW_MS} as const
  return {...known, account: {...known.account, loginRequired}}
}

function resting(known: KnownAccount): KnownAccount {
  return {...known, rest: createRest(RESET_MS)}
}

test.each<[string, readonly KnownAccount[], string, boolean]>([
  ['nobody', [], '$(sign-in) Codex: log in', false],
  ['somebody', [ADA], '$(account) Codex: ada@example.com', false],
  ['much left', [using(ADA, 12)], '$(account) Codex: ada@example.com, 88 %', false],
  ['ten left', [using(ADA, 90)], '$(account) Codex: ada@example.com, 10 %', false],
  ['less left', [using(ADA, 91)], '$(account) Codex: ada@example.com, 9 %', true],
  ['a rest', [resting(using(ADA, 12))], '$(account) Codex: ada@example.com, 0 %', true],
  ['a rest of the first', [resting(ADA), BOB], '$(account) Codex: bob@example.com', false],
  ['a rest of all', [resting(ADA), resting(BOB)], '$(account) Codex: ada@example.com, 0 %', true],
  ['an ended login', [ended(ADA)], '$(warning) Codex: log in again', true],
  ['one ended login', [ended(ADA), BOB], '$(account) Codex: bob@example.com', false],
  [
    'a rest beside an ended login',
    [ended(ADA), resting(BOB)],
    '$(account) Codex: bob@example.com, 0 %',
    true,
  ],
])('the text for %s', (_name, accounts, text, isWarning) => {
  expect(toStatusText(accounts)).toEqual({text, isWarning})
})

test('an account that pauses, or is above its ceiling, is not the one that answers', () => {
  const paused = {...ADA, preference: {...PREFERENCE, isPaused: true}}
  expect(toStatusText([paused, BOB]).text).toBe('$(account) Codex: bob@example.com')
  const ceilings = [{limit: 'codex', windowSeconds: 18_000, maxUsedPercent: 80}]
  const above = {...using(ADA, 85), preference: {...PREFERENCE, ceilings}}
  expect(toStatusText([above, BOB]).text).toBe('$(account) Codex: bob@example.com')
})

test('the fullest limit counts, and one of a single model only when there is no other', () => {
  const spark = createWindow({limit: 'Spark', usedPercent: 99})
  const week = createWindow({windowSeconds: WEEK, usedPercent: 40})
  const usage = createUsage({windows: [createWindow({usedPercent: 20}), week, spark]})
  expect(toStatusText([{...ADA, usage}]).text).toContain(', 60 %')
  expect(toStatusText([{...ADA, usage: createUsage({windows: [spark]})}]).text).toContain(', 1 %')
})

test('before it is shown, it is not there; without accounts, a click logs in', () => {
  const {api, statusItem} = createFakeEditor()
  const bar = createStatusBar(api)
  expect(statusItem.isShown).toBe(false)
  bar.show([])
  expect(statusItem).toMatchObject({
    isShown: true,
    text: '$(sign-in) Codex: log in',
    command: 'openaiCodex.logIn',
    backgroundColor: undefined,
  })
  expect(statusItem.tooltip?.value).toBe(
    '**OpenAI Codex (ChatGPT)**\n\nLog in to use the models of your ChatGPT subscription.',
  )
  bar.dispose()
  expect(statusItem.isDisposed).toBe(true)
})

test('the tooltip has a paragraph for each account, without a link to mail, and a click opens the menu', () => {
  const {api, statusItem} = createFakeEditor()
  createStatusBar(api).show([using(ADA, 95), ended(BOB)])
  expect(statusItem.command).toBe('openaiCodex.manage')
  expect(statusItem.backgroundColor?.id).toBe('statusBarItem.warningBackground')
  expect(statusItem.tooltip?.value).toBe(
    `**OpenAI Codex (ChatGPT)**

ada\\@example.com (ChatGPT Plus) is logged in${'  '}
5 % left of the 5 h limit, resets on ${toLocalTime(RESET_MS)}${'  '}

bob\\@example.com (ChatGPT Plus) needs a new login since ${toLocalTime(NOW_MS)}: run “Codex: Log In”${'  '}

`,
  )
})

test('the colour goes when there is no reason for it any more', () => {
  const {api, statusItem} = createFakeEditor()
  const bar = createStatusBar(api)
  bar.show([using(ADA, 95)])
  bar.show([using(ADA, 5)])
  expect(statusItem.backgroundColor).toBe(undefined)
})
