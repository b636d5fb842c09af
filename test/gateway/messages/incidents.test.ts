import {expect, test} from 'vitest'
import {Incidents, type SeenSwitch} from '../../../src/gateway/messages/incidents.ts'

const NOW_MS = Date.UTC(2026, 10, 20, 12)
const HOUR_MS = 3_600_000

const SWITCH: SeenSwitch = {
  from: 'work',
  to: 'spare',
  cause: 'usage_limit',
  untilMs: NOW_MS + 5 * HOUR_MS,
}

test('that all is used up is told once, and once that it is over', () => {
  const incidents = new Incidents()

  expect(incidents.exhausted(NOW_MS, NOW_MS + HOUR_MS)).toMatchObject({
    topic: 'exhausted',
    untilMs: NOW_MS + HOUR_MS,
  })
  expect(incidents.exhausted(NOW_MS + 1, NOW_MS + HOUR_MS)).toBeUndefined()
  expect(incidents.answered(NOW_MS + 2, 'work')).toMatchObject({
    topic: 'back',
    text: 'work answers again.',
  })
  expect(incidents.answered(NOW_MS + 3, 'work')).toBeUndefined()
  expect(incidents.exhausted(NOW_MS + 4, undefined)).toMatchObject({topic: 'exhausted'})
})

test('the reset of the limit is told even when nobody asks', () => {
  const incidents = new Incidents()
  incidents.exhausted(NOW_MS, NOW_MS + HOUR_MS)

  expect(incidents.passed(NOW_MS + HOUR_MS - 1)).toBeUndefined()
  expect(incidents.passed(NOW_MS + HOUR_MS)).toMatchObject({topic: 'back'})
  expect(incidents.passed(NOW_MS + HOUR_MS)).toBeUndefined()
})

test('of many requests that leave an account for the same limit, one is told', () => {
  const incidents = new Incidents()

  expect(incidents.switched(NOW_MS, SWITCH)).toMatchObject({
    topic: 'switched',
    account: 'work',
    text: expect.stringMatching(
      /^work cannot answer until Nov 20, 2026.*: it has reached its usage limit\. spare goes on\.$/,
    ) as string,
  })
  expect(incidents.switched(NOW_MS + HOUR_MS, SWITCH)).toBeUndefined()
  expect(incidents.switched(NOW_MS + 5 * HOUR_MS, SWITCH)).toBeDefined()
})

test.each(['reserve', 'paused', 'failed'] as const)('%s raises no alarm', (cause) => {
  expect(new Incidents().switched(NOW_MS, {...SWITCH, cause})).toBeUndefined()
})

test('a login that ends is told once, and again when it ends again', () => {
  const incidents = new Incidents()

  expect(incidents.loginNeeded(NOW_MS, ['old'])).toEqual([])
  expect(incidents.loginNeeded(NOW_MS, ['old', 'work'])).toMatchObject([
    {topic: 'login-needed', text: 'work needs a new login: run `cao add work`.'},
  ])
  expect(incidents.loginNeeded(NOW_MS, ['old', 'work'])).toEqual([])
  incidents.loginNeeded(NOW_MS, ['old'])
  expect(incidents.loginNeeded(NOW_MS, ['old', 'work'])).toHaveLength(1)
})
