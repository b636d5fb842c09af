import {expect, test} from 'vitest'
import {restoreToolNames} from '../../src/responses/restore-tool-names.ts'

const NAMES = new Map([
  ['a_b', 'a.b'],
  ['long_1', `${'ü'.repeat(70)}"`],
])

async function restore(text: string, size: number): Promise<string> {
  const bytes = Buffer.from(text)
  const chunks = Array.from({length: Math.ceil(bytes.length / size)}, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  )
  const reader = restoreToolNames(ReadableStream.from(chunks), NAMES).getReader()
  const restored: Uint8Array[] = []
  for (;;) {
    const {value} = await reader.read()
    if (!value) return Buffer.concat(restored).toString()
    restored.push(value)
  }
}

test.each([1, 7, 64, 100_000])(
  'the caller reads its own names, in parts of %i bytes',
  async (size) => {
    const written =
      'event: x\ndata: {"item":{"type":"function_call","name":"a_b","arguments":"{}"}}\n\n' +
      'data: {"tools":[{"name": "long_1"},{"name":"other"}],"text":"é \\"name\\":\\"a_b\\" a_b"}\n\n' +
      'data: {"cut":"off'

    expect(await restore(written, size)).toBe(
      'event: x\ndata: {"item":{"type":"function_call","name":"a.b","arguments":"{}"}}\n\n' +
        `data: {"tools":[{"name": "${'ü'.repeat(70)}\\""},{"name":"other"}],"text":"é \\"name\\":\\"a_b\\" a_b"}\n\n` +
        'data: {"cut":"off',
    )
  },
)

test('where no name was changed, the answer is handed on as it is', () => {
  const body = new Response('x').body!

  expect(restoreToolNames(body, new Map())).toBe(body)
})
