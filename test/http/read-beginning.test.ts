import {expect, test} from 'vitest'
import {readBeginning} from '../../src/http/read-beginning.ts'

/** An answer that begins with `text`, and how its connection was closed. */
function begin(text: string, rest: (controller: ReadableStreamDefaultController) => void) {
  const closed: string[] = []
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(Buffer.from(text)),
    pull: rest,
    cancel: () => void closed.push('closed'),
  })
  return {closed, response: new Response(body)}
}

test('all of an answer that ends is read, across its parts', async () => {
  const [first, second] = [Buffer.from('grün').subarray(0, 3), Buffer.from('grün').subarray(3)]
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(first)
      controller.enqueue(second)
      controller.close()
    },
  })

  expect(await readBeginning(new Response(body))).toBe('grün')
  expect(await readBeginning(new Response(null))).toBe('')
})

test('of an answer that goes silent, what came is read, and the connection closed', async () => {
  const {closed, response} = begin('{"detail":"No"}', () => new Promise(() => {}) as never)

  expect(await readBeginning(response, 20)).toBe('{"detail":"No"}')
  expect(closed).toEqual(['closed'])
})

test('of an answer that goes on and on, a part is read, and the connection closed', async () => {
  const {closed, response} = begin('No', (controller) =>
    controller.enqueue(Buffer.alloc(65_536, 'o')),
  )

  expect(await readBeginning(response)).toMatch(/^No{1000000,1070000}$/)
  expect(closed).toEqual(['closed'])
})

test('what came before the connection was lost is read', async () => {
  const {response} = begin('No', (controller) => controller.error(new Error('reset')))

  expect(await readBeginning(response)).toBe('No')
})
