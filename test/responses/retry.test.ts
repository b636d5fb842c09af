import {expect, test} from 'vitest'
import {
  BackendResponseError,
  EventInvalidError,
  LoginRequiredError,
  NetworkError,
  RequestInvalidError,
  UsageLimitReachedError,
  type BackendRefusal,
} from '../../src/errors.ts'
import {withRetries} from '../../src/responses/retry.ts'
import {createMemoryLog} from '../support/memory/memory-log.ts'

function toError(refusal: BackendRefusal) {
  return new BackendResponseError('refused', {refusal})
}

/** Fails with the errors in turn, then succeeds; time passes only by waiting. */
async function run(errors: readonly Error[], signal?: AbortSignal) {
  const waitsMs: number[] = []
  let nowMs = 0
  let tries = 0
  const result = withRetries(
    async () => {
      const error = errors[tries]
      tries += 1
      if (error) throw error
      return 'answer'
    },
    {
      now: () => nowMs,
      random: () => 0.5,
      log: createMemoryLog().log,
      signal,
      delay: async (milliseconds) => {
        signal?.throwIfAborted()
        waitsMs.push(Math.round(milliseconds))
        nowMs += milliseconds
      },
    },
  )
  const outcome = await result.catch((error: unknown) => error)
  return {outcome, tries, waitsMs}
}

test('the pauses grow as those of the official client', async () => {
  const errors = Array.from({length: 4}, () => toError({status: 503}))

  expect(await run(errors)).toEqual({
    outcome: 'answer',
    tries: 5,
    waitsMs: [200, 400, 800, 1600],
  })
})

test('after four retries the error is told', async () => {
  const errors = Array.from({length: 9}, () => toError({status: 500}))

  expect(await run(errors)).toMatchObject({outcome: errors[4], tries: 5})
})

test.each([
  ['a lost connection', new NetworkError('lost')],
  ['an answer that ended before any output', new EventInvalidError('ended')],
  ['too many requests', toError({status: 429})],
  ['a busy model', toError({status: 503, code: 'server_is_overloaded'})],
])('%s may pass', async (_name, error) => {
  expect(await run([error])).toEqual({outcome: 'answer', tries: 2, waitsMs: [200]})
})

test.each([
  ['a spent quota', new UsageLimitReachedError('spent', {resetsAtMs: undefined})],
  ['a login that ended', new LoginRequiredError('ended', {reason: 'expired'})],
  ['a request that is wrong', new RequestInvalidError('wrong')],
  ['a model that is not there', toError({status: 400})],
  ['a plan without Codex', toError({status: 403, code: 'usage_not_included'})],
  ['an account without quota', toError({status: 402, code: 'insufficient_quota'})],
  ['an error nobody thought of', new TypeError('bug')],
])('%s does not pass by itself', async (_name, error) => {
  expect(await run([error])).toEqual({outcome: error, tries: 1, waitsMs: []})
})

test('the delay that the server asks for is kept', async () => {
  expect(await run([toError({status: 429, retryAfterMs: 1500})])).toEqual({
    outcome: 'answer',
    tries: 2,
    waitsMs: [1500],
  })
})

test('a delay that is too long for a user to sit through is told instead', async () => {
  const error = toError({status: 429, retryAfterMs: 21_000})

  expect(await run([error])).toEqual({outcome: error, tries: 1, waitsMs: []})
})

test('there is a bound in time, too', async () => {
  const errors = Array.from({length: 4}, () => toError({status: 503, retryAfterMs: 20_000}))

  expect(await run(errors)).toMatchObject({outcome: errors[3], tries: 4})
})

test('a caller who gives up during a pause is not kept waiting', async () => {
  const {outcome, tries} = await run(
    [new NetworkError('lost')],
    AbortSignal.abort(new Error('enough')),
  )

  expect(outcome).toEqual(new Error('enough'))
  expect(tries).toBe(1)
})

test('what may have had its effect is not done again', async () => {
  const uncertain = new NetworkError('The connection broke off', {isUncertain: true})
  expect(await run([uncertain])).toEqual({outcome: uncertain, tries: 1, waitsMs: []})
  expect(await run([new NetworkError('Nobody there')])).toMatchObject({outcome: 'answer', tries: 2})
})
