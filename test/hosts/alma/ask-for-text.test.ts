import {expect, test} from 'vitest'
import {createAccountPreferences} from '../../../src/accounts/account-preferences.ts'
import {askForCeiling} from '../../../src/hosts/alma/accounts/ask-for-ceiling.ts'
import {createAccount} from '../../support/accounts/start-pool.ts'

const WEEK = {limit: 'codex', windowSeconds: 604_800}

/** The user sets a ceiling in a host whose boxes check nothing, and give back `answer`. */
async function setCeiling(answer: unknown) {
  const preferences = createAccountPreferences()
  preferences.setCeiling('a', WEEK, 80)
  const told: string[] = []
  const result = await askForCeiling(
    {account: createAccount('a'), preference: preferences.of('a')},
    {
      preferences,
      ui: {
        showQuickPick: async <Value>() => '1' as Value,
        showInputBox: async () => answer as string,
        showNotification: (message) => void told.push(message),
      },
    },
  )
  return {result, told, ceilings: preferences.of('a').ceilings}
}

test.each(['80 %', '130', 'much'])(
  'a text that a host did not check changes nothing, and the user is told: %s',
  async (answer) => {
    expect(await setCeiling(answer)).toEqual({
      result: undefined,
      told: ['Type a number from 1 to 99, or leave it empty.'],
      ceilings: [{...WEEK, maxUsedPercent: 80}],
    })
  },
)

test.each([undefined, null])('a box that was closed changes nothing: %s', async (answer) => {
  expect(await setCeiling(answer)).toEqual({
    result: undefined,
    told: [],
    ceilings: [{...WEEK, maxUsedPercent: 80}],
  })
})

test('a text that fits is used', async () => {
  expect(await setCeiling(' 60 ')).toEqual({
    result: 'may use 60 % of its weekly limit',
    told: [],
    ceilings: [{...WEEK, maxUsedPercent: 60}],
  })
})
