import {expect, test} from 'vitest'
import {describeState, findBlock} from '../../src/accounts/describe-account.ts'
import {createUsage, createWindow, FIVE_HOURS} from '../support/create-usage.ts'
import {createAccount} from '../support/start-pool.ts'

/** An account that may be used up to half of its five hours. */
function know(usedPercent: number) {
  const ceiling = {limit: 'codex', windowSeconds: FIVE_HOURS, maxUsedPercent: 50}
  return {
    account: createAccount('a'),
    preference: {priority: 0, isPaused: false, ceilings: [ceiling]},
    usage: createUsage({windows: [createWindow({usedPercent})]}),
  }
}

test('an account above its ceiling says so, because it does not answer', () => {
  expect(describeState(know(51))).toMatch(
    /^is above its ceiling: 51 % of 50 % of the 5 h limit, until /,
  )
  expect(findBlock(know(51))).toMatchObject({kind: 'above-ceiling'})
})

test('an account below its ceiling is connected', () => {
  expect(describeState(know(49))).toBe('is connected')
  expect(findBlock(know(49))).toBeUndefined()
})
