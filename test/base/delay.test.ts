import {expect, test} from 'vitest'
import {delay} from '../../src/base/delay.ts'

test('an abort ends the wait with its reason', async () => {
  const caller = new AbortController()
  const waiting = delay(60_000, caller.signal)

  caller.abort(new Error('enough'))

  await expect(waiting).rejects.toThrow('enough')
})

test('a signal that is aborted already ends it at once', async () => {
  await expect(delay(60_000, AbortSignal.abort(new Error('before')))).rejects.toThrow('before')
})

test('without an abort it ends by itself', async () => {
  expect(await delay(0, new AbortController().signal)).toBeUndefined()
})
