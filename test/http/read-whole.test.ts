import {expect, test} from 'vitest'
import {readWhole} from '../../src/http/read-whole.ts'

test('a text that fits is read whole, wherever its parts end', async () => {
  const bytes = Buffer.from('wörld')
  const body = ReadableStream.from([bytes.subarray(0, 2), bytes.subarray(2)])

  expect(await readWhole({body}, 7)).toBe('wörld')
})

test('of a text that is larger, no more is read', async () => {
  let parts = 0
  const seen: {cancelled?: boolean} = {}
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      pull(controller) {
        parts += 1
        controller.enqueue(new Uint8Array(100))
      },
      cancel: () => void (seen.cancelled = true),
    },
    {highWaterMark: 0},
  )

  expect(await readWhole({body}, 250)).toBeUndefined()
  expect(parts).toBe(3)
  expect(seen.cancelled).toBe(true)
})

test('no body is an empty text', async () => {
  expect(await readWhole({body: null}, 10)).toBe('')
})
