import {expect, test} from 'vitest'
import {isWorthAsking} from '../../../src/accounts/rests/rest.ts'
import {NOW_MS} from '../../support/engine/create-backend.ts'
import {createRest} from '../../support/accounts/create-rest.ts'
import {createUsage} from '../../support/accounts/create-usage.ts'

const MINUTE_MS = 60_000

test('the usage of an account that rests is asked for after a minute, and less and less often', () => {
  const news = createRest(NOW_MS + 1000 * MINUTE_MS)
  const asked: number[] = []
  let checkedAtMs = 0
  for (let minutes = 0; minutes <= 300; minutes += 1) {
    const nowMs = NOW_MS + minutes * MINUTE_MS
    if (!isWorthAsking(news, createUsage({checkedAtMs}), nowMs)) continue
    asked.push(minutes)
    checkedAtMs = nowMs
  }

  expect(asked).toEqual([1, 2, 3, 4, 6, 8, 11, 15, 20, 27, 36, 48, 64, 86, 115, 154, 206, 266])
})
