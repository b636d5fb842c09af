/**
 * What other clients of this backend had to learn about limits.
 */
import {expect, test} from 'vitest'
import {createAccountRests} from '../../src/accounts/rests/account-rests.ts'
import {fetchUsage} from '../../src/accounts/usage/fetch-usage.ts'
import {readLimitHeaders} from '../../src/accounts/usage/reading/parse-usage-headers.ts'
import {toUsageReading} from '../../src/accounts/usage/reading/parse-usage-refusal.ts'
import {parseUsageBody} from '../../src/accounts/usage/reading/parse-usage-body.ts'
import {createUsageBook} from '../../src/accounts/usage/usage-book.ts'
import {describeUsageWarning} from '../../src/accounts/usage/usage-warnings.ts'
import {isExhausted, toWindowName, type UsageReading} from '../../src/accounts/usage/usage.ts'
import {NOW_MS} from '../support/engine/create-backend.ts'
import {WEEK} from '../support/accounts/create-usage.ts'

const MINUTE_MS = 60_000

/** The usage of an account with one window, which is "primary" on the wire. */
function toBody(usedPercent: number, windowSeconds: number, resetAfterSeconds: number) {
  return {
    rate_limit: {
      limit_reached: usedPercent === 100,
      primary_window: {
        used_percent: usedPercent,
        limit_window_seconds: windowSeconds,
        reset_after_seconds: resetAfterSeconds,
        reset_at: Math.floor(NOW_MS / 1000) + resetAfterSeconds,
      },
      secondary_window: null,
    },
  }
}

function start() {
  const clock = {nowMs: NOW_MS}
  const now = () => clock.nowMs
  const book = createUsageBook({now})
  const rests = createAccountRests({now, usage: (id) => book.get(id)})
  const observe = (reading: UsageReading | undefined) => {
    if (!reading) throw new Error('There is nothing to observe')
    clock.nowMs = reading.takenAtMs
    book.update('a', reading)
  }
  /** A request is refused, and the account rests. */
  const refuse = (takenAtMs: number) => {
    const window = {windowMinutes: 300, resetsAtMs: takenAtMs + 3_600_000}
    const refusal = {status: 429, type: 'usage_limit_reached', ...window}
    observe(toUsageReading(refusal, {takenAtMs}))
    rests.note('a', {untilMs: takenAtMs + 3_600_000})
  }
  return {book, clock, rests, observe, refuse}
}

function names(reading: UsageReading | undefined): string[] {
  return (reading?.windows ?? []).map(toWindowName)
}

/** @see {@link https://github.com/router-for-me/CLIProxyAPI/issues/3647} */
test('the monthly window of the free plan is called monthly', () => {
  expect(names(parseUsageBody(toBody(10, 2_592_000, 60), NOW_MS))).toEqual(['codex (monthly)'])
})

/** @see {@link https://github.com/openai/codex/issues/24860} */
test('a window is called after its length, and its reset is a time that users read', () => {
  const resetsAtMs = NOW_MS + 3_600_000
  const warning = {limit: 'codex', windowSeconds: WEEK, leftPercent: 10, resetsAtMs, threshold: 10}

  expect(names(parseUsageBody(toBody(90, WEEK, 3600), NOW_MS))).toEqual(['codex (weekly)'])
  expect(describeUsageWarning(warning, 'ada@example.com')).toContain(
    new Date(resetsAtMs).toLocaleString(undefined, {dateStyle: 'medium', timeStyle: 'short'}),
  )
})

/** @see {@link https://github.com/ndycode/codex-multi-auth/issues/635} */
test('a weekly window in the first place is weekly, from every source', () => {
  const headers = new Headers({
    'x-codex-primary-used-percent': '10',
    'x-codex-primary-window-minutes': '10080',
    'x-codex-secondary-used-percent': '0',
    'x-codex-secondary-window-minutes': '0',
    'x-codex-secondary-reset-at': '',
  })

  expect(names(readLimitHeaders(headers, NOW_MS).reading)).toEqual(['codex (weekly)'])
  expect(names(parseUsageBody(toBody(10, WEEK, 60), NOW_MS))).toEqual(['codex (weekly)'])
})

/** @see {@link https://github.com/QuantumNous/new-api/issues/3317} */
test('a window that has not started has no reset, however often it is read', () => {
  const reading = parseUsageBody(toBody(0, WEEK, WEEK), NOW_MS)

  expect(names(reading)).toEqual(['codex (weekly)'])
  expect(reading?.windows[0]).not.toHaveProperty('resetsAtMs')
})

/** @see {@link https://github.com/openai/codex/issues/40789} */
test('nothing is blocked after the reset, even when nobody says so', () => {
  const {book, clock, rests, refuse} = start()
  refuse(NOW_MS)
  expect(isExhausted(book.get('a')!)).toBe(true)

  clock.nowMs = NOW_MS + 3_600_000

  expect(isExhausted(book.get('a')!)).toBe(false)
  expect(book.get('a')?.windows).toMatchObject([{usedPercent: 0}])
  expect(rests.get('a')?.untilMs).toBeUndefined()
})

/** @see {@link https://github.com/Soju06/codex-lb/issues/676} */
test('usage that still says full just after a reset parks nobody', () => {
  const {book, rests, observe} = start()
  const headers = new Headers({
    'x-codex-primary-used-percent': '1',
    'x-codex-primary-window-minutes': '300',
    'x-codex-primary-reset-after-seconds': '17000',
  })
  observe(readLimitHeaders(headers, NOW_MS).reading)

  observe(parseUsageBody(toBody(100, 18_000, 600), NOW_MS + 1000))

  expect(isExhausted(book.get('a')!)).toBe(false)
  expect(rests.get('a')?.untilMs).toBeUndefined()
})

/** @see {@link https://github.com/Soju06/codex-lb/issues/676} */
test('usage that still says empty just after a refusal frees nobody, and does so later', () => {
  const {rests, observe, refuse} = start()
  refuse(NOW_MS)

  observe(parseUsageBody(toBody(0, 18_000, 18_000), NOW_MS + 1000))
  expect(rests.get('a')?.untilMs).toBe(NOW_MS + 3_600_000)

  observe(parseUsageBody(toBody(3, 18_000, 17_000), NOW_MS + 2 * MINUTE_MS))
  expect(rests.get('a')?.untilMs).toBeUndefined()
})

/** @see {@link https://github.com/Soju06/codex-lb/issues/676} */
test('a refusal after that counts again', () => {
  const {book, rests, observe, refuse} = start()
  refuse(NOW_MS)
  observe(parseUsageBody(toBody(3, 18_000, 17_000), NOW_MS + 2 * MINUTE_MS))

  refuse(NOW_MS + 3 * MINUTE_MS)
  observe(parseUsageBody(toBody(3, 18_000, 17_000), NOW_MS + 3 * MINUTE_MS + 1000))

  expect(isExhausted(book.get('a')!)).toBe(true)
  expect(rests.get('a')?.untilMs).toBe(NOW_MS + 3 * MINUTE_MS + 3_600_000)
})

/** @see {@link https://github.com/floze-the-genius/opencode-multi-auth-codex/pull/14} */
test.each([
  ['a 403', () => new Response('Forbidden', {status: 403})],
  ['a 404', () => Response.json({detail: 'Not Found'}, {status: 404})],
  ['a web page', () => new Response('<html>')],
  ['an error as a success', () => Response.json({detail: 'Unauthorized'})],
])('when the first address answers with %s, the second one is asked', async (_name, refuse) => {
  const asked: string[] = []
  const answer = await fetchUsage(
    {id: 'ada:account-1', chatgptAccountId: 'account-1'},
    {
      url: 'https://backend.example/backend-api',
      accessTokens: {get: async () => 'at-1', renew: async () => 'at-1'},
      userAgent: 'test',
      now: () => NOW_MS,
      fetch: async (input) => {
        asked.push(new URL(new Request(input).url).pathname)
        return asked.length === 1 ? refuse() : Response.json(toBody(10, 18_000, 60))
      },
    },
  )

  expect(asked).toEqual(['/backend-api/wham/usage', '/backend-api/codex/usage'])
  expect(names(answer.kind === 'usage' ? answer.reading : undefined)).toEqual(['codex (5 h)'])
})
