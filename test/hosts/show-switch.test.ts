import {expect, test} from 'vitest'
import type {SwitchReason} from '../../src/accounts/choice/account-pool.ts'
import {toLocalTime} from '../../src/base/local-time.ts'
import {showAccountSwitch} from '../../src/hosts/alma/accounts/show-account-switch.ts'
import {showSwitch} from '../../src/hosts/vscode/accounts/show-switch.ts'
import {NOW_MS} from '../support/engine/create-backend.ts'
import {createAccount} from '../support/accounts/start-pool.ts'

const UNTIL = toLocalTime(NOW_MS)

/** What the user reads in each of the editors. */
function show(reason: SwitchReason): readonly string[] {
  const told: string[] = []
  const change = {from: createAccount('a'), to: createAccount('b'), reason, untilMs: NOW_MS}
  const tell = async (sentence: string) => void told.push(sentence)
  showAccountSwitch(change, {showNotification: tell} as never)
  showSwitch(change, {window: {showInformationMessage: tell}} as never)
  return told
}

test('a limit and a ceiling are told with their end', () => {
  const answers = `and rests until ${UNTIL}. b@example.com takes over.`

  expect(show('usage_limit')).toEqual([
    `a@example.com has reached its ChatGPT usage limit, ${answers}`,
    `a@example.com has reached its ChatGPT usage limit, ${answers}`,
  ])
  expect(show('ceiling')).toEqual([
    `a@example.com has reached the ceiling that you set, ${answers}`,
    `a@example.com has reached the ceiling that you set, ${answers}`,
  ])
})

test('what does not pass by itself says what helps, in Alma', () => {
  expect(show('rejected')[0]).toBe(
    `a@example.com has a login that ChatGPT rejects, and is asked again after ${UNTIL} or when you press Connect. b@example.com takes over.`,
  )
})
