import {expect, test} from 'vitest'
import {untilAborted} from '../../src/base/until-aborted.ts'

test('waits for the promise, with and without a signal', async () => {
  expect(await untilAborted(Promise.resolve('done'))).toBe('done')
  expect(await untilAborted(Promise.resolve('done'), new AbortController().signal)).toBe('done')
  await expect(
    untilAborted(Promise.reject(new Error('failed')), new AbortController().signal),
  ).rejects.toThrow('failed')
})

test('ends the wait with the reason of whoever gives up, also when that was before', async () => {
  const stop = new AbortController()
  const wait = untilAborted(new Promise(() => {}), stop.signal)

  stop.abort(new Error('given up'))

  await expect(wait).rejects.toThrow('given up')
  await expect(untilAborted(new Promise(() => {}), stop.signal)).rejects.toThrow('given up')
})
