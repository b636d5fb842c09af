/**
 * Streams of events: as the backend writes them, as other servers may, and broken.
 *
 * @module
 */
import * as fc from 'fast-check'
import {anyJson, anyOf, anyText, mostly} from './any-json.ts'

const HANDSHAKE = ['response.created', 'response.in_progress', 'codex.rate_limits', 'keepalive']

const OUTPUT = [
  'response.output_item.added',
  'response.output_text.delta',
  'response.refusal.delta',
  'response.reasoning_summary_text.delta',
  'response.function_call_arguments.delta',
  'response.custom_tool_call_input.delta',
  'response.output_item.done',
]

const SUCCESSES = ['response.completed', 'response.incomplete', 'response.done']

const FAILURES = ['response.failed', 'error']

const anyCount = mostly(fc.constantFrom(0, 1, 2, Number.MAX_SAFE_INTEGER, 1e300, -1))

const anyPart = fc.record({
  type: fc.constantFrom('output_text', 'refusal', 'summary_text'),
  text: mostly(anyText),
  refusal: anyText,
})

const anyOutputItem = anyOf({
  type: fc.constantFrom('message', 'reasoning', 'function_call', 'custom_tool_call'),
  id: mostly(fc.constantFrom('item_1', 'item_2')),
  call_id: mostly(anyText),
  name: mostly(anyText),
  arguments: mostly(anyText),
  input: mostly(anyText),
  content: mostly(fc.array(anyPart, {maxLength: 2})),
  summary: mostly(fc.array(anyPart, {maxLength: 2})),
})

const anyError = anyOf({
  code: mostly(fc.constantFrom('slow_down', 'usage_limit_reached', 'rate_limit_exceeded')),
  type: mostly(fc.constantFrom('usage_limit_reached', 'invalid_request_error')),
  message: mostly(fc.constantFrom('No', 'Please try again in 1.5s.')),
  resets_at: anyCount,
  resets_in_seconds: anyCount,
})

const anyResponse = anyOf({
  id: mostly(fc.constant('resp_1')),
  created_at: anyCount,
  status: mostly(fc.constantFrom('completed', 'incomplete')),
  incomplete_details: mostly(fc.constant({reason: 'content_filter'})),
  output: mostly(fc.array(anyOutputItem, {maxLength: 2})),
  error: mostly(anyError),
  usage: mostly(anyOf({input_tokens: anyCount, output_tokens: anyCount, total_tokens: anyCount})),
})

function anyEvent(types: readonly string[]) {
  return fc
    .tuple(
      fc.constantFrom(...types),
      anyOf({
        delta: mostly(anyText),
        item: mostly(anyOutputItem),
        item_id: mostly(fc.constantFrom('item_1', 'item_2')),
        output_index: anyCount,
        summary_index: anyCount,
        response: mostly(anyResponse),
        error: mostly(anyError),
        code: mostly(anyText),
        status: mostly(fc.constantFrom(400, 429, 503)),
      }),
    )
    .map(([type, fields]) => ({type, ...fields}))
}

/** An event of any type, or none. */
const anyOddEvent = fc.oneof(
  {weight: 2, arbitrary: anyEvent([...HANDSHAKE, ...OUTPUT, 'response.new', 'x'])},
  {weight: 1, arbitrary: anyJson},
)

/** The events of one answer in their order. */
const anyEvents = fc
  .tuple(
    fc.array(anyEvent(HANDSHAKE), {maxLength: 2}),
    fc.array(fc.oneof({weight: 9, arbitrary: anyEvent(OUTPUT)}, anyOddEvent), {maxLength: 4}),
    fc.oneof(
      {weight: 6, arbitrary: fc.array(anyEvent(SUCCESSES), {minLength: 1, maxLength: 1})},
      {weight: 3, arbitrary: fc.array(anyEvent(FAILURES), {minLength: 1, maxLength: 1})},
      fc.constant([]),
    ),
  )
  .map((parts) => parts.flat())

/** How to write an event whose JSON is `json`. */
const WRITERS = {
  named: (json, event) => `event: ${toName(event)}\ndata: ${json}`,
  plain: (json) => `data: ${json}`,
  tight: (json) => `data:${json}`,
  spaced: (json) => `id: 1\nretry: 10\ndata: ${json.replace('{"type":', '{"type": ')}`,
  'late-type': (json) => `data: ${json.replace(/^\{("type":"[^"]*"),(.*)\}$/, '{$2,$1}')}`,
  lines: (_json, event) => JSON.stringify(event, undefined, 1).replaceAll(/^/gm, 'data: '),
  comment: (json) => `: ping\n\ndata: ${json}`,
} satisfies Readonly<Record<string, (json: string, event: unknown) => string>>

type Style = keyof typeof WRITERS

function write(event: unknown, style: Style): string {
  return `${WRITERS[style](JSON.stringify(event), event)}\n\n`
}

function toName(event: unknown): string {
  const {type} = Object(event) as {readonly type?: unknown}
  return typeof type === 'string' ? type.replaceAll(/\s/g, '') : 'message'
}

/** As the backend writes them. */
const OWN_STYLES: readonly Style[] = ['named', 'plain']

const STYLES: readonly Style[] = [...OWN_STYLES, 'tight', 'spaced', 'late-type', 'lines', 'comment']

function anyAnswer(styles: readonly Style[]): fc.Arbitrary<string> {
  const anyStyles = fc.array(fc.constantFrom(...styles), {minLength: 1, maxLength: 3})
  return fc
    .tuple(anyEvents, anyStyles)
    .map(([events, chosen]) =>
      events.map((event, index) => write(event, chosen[index % chosen.length]!)).join(''),
    )
}

/** An answer in whole events, written as the backend writes it. */
export const anyOwnAnswer = anyAnswer(OWN_STYLES)

/** Bytes that look a bit like a stream. */
export const anyNoise: fc.Arbitrary<Uint8Array> = fc
  .array(
    fc.oneof(
      {
        weight: 8,
        arbitrary: fc
          .constantFrom(
            '\n',
            '\n\n',
            '\r',
            '\r\n',
            'data: ',
            'data:',
            'event: error',
            ': ',
            'id: 7',
            '{"type":"response.completed"}',
            '{"type":"response.output_text.delta","delta":"wörld"}',
            '{"type":"error",',
            '{"a":1,"type":"x"}',
            '"response.failed"',
            '[DONE]',
            '<html>',
          )
          .map((text) => Buffer.from(text)),
      },
      fc.uint8Array({maxLength: 6}),
    ),
    {maxLength: 16},
  )
  .map((parts) => Buffer.concat(parts))

const LINE_ENDINGS = {
  LF: (stream: string) => stream,
  CRLF: (stream: string) => stream.replaceAll('\n', '\r\n'),
  CR: (stream: string) => stream.replaceAll('\n', '\r'),
  mixed: (stream: string) => {
    const half = stream.indexOf('\n\n', stream.length / 2) + 2
    return stream.slice(0, half) + stream.slice(half).replaceAll('\n', '\r\n')
  },
}

const anyLineEnding = fc.constantFrom<keyof typeof LINE_ENDINGS>('LF', 'LF', 'CRLF', 'CR', 'mixed')

/** What happens on the way: nothing, an early end, one wrong byte, something in between. */
const anyDamage = fc.oneof(
  {weight: 3, arbitrary: fc.constant((bytes: Buffer) => bytes)},
  fc.nat(600).map((length) => (bytes: Buffer) => bytes.subarray(0, length)),
  fc.tuple(fc.nat(600), fc.nat(255)).map(([at, byte]) => (bytes: Buffer) => {
    const changed = Buffer.from(bytes)
    if (at < changed.length) changed[at] = byte
    return changed
  }),
  fc.tuple(fc.nat(600), anyNoise).map(
    ([at, noise]) =>
      (bytes: Buffer) =>
        Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(at)]),
  ),
)

/** An answer with any line endings, and perhaps damaged. */
export const anyDamagedStream: fc.Arbitrary<Uint8Array> = fc
  .tuple(anyAnswer(STYLES), anyLineEnding, anyDamage)
  .map(([stream, ending, damage]) => damage(Buffer.from(LINE_ENDINGS[ending](stream))))

/** Sizes of the parts in which a stream comes, taken in turns. */
export const anyChunking = fc.oneof(
  {weight: 1, arbitrary: fc.constant([1])},
  {
    weight: 12,
    arbitrary: fc.array(fc.constantFrom(1, 2, 7, 40, 64, 300, 1000), {minLength: 1, maxLength: 3}),
  },
  {weight: 6, arbitrary: fc.constant([1_000_000])},
)

/** `bytes` in parts of these sizes. */
export function toChunks(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = []
  for (let start = 0; start < bytes.length;) {
    const end = start + sizes[chunks.length % sizes.length]!
    chunks.push(bytes.subarray(start, end))
    start = end
  }
  return chunks
}

/** How a connection ends behind its last byte. */
export type Ending = 'closed' | 'cut' | 'open'

/** A body that tells whether it was read to its end, or given back. */
export function createSource(chunks: readonly Uint8Array[], ending: Ending) {
  const seen = {isReleased: false}
  let index = 0
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const chunk = chunks[index]
        index += 1
        if (chunk) return controller.enqueue(chunk)
        // The bytes have been read, and nobody hears when the connection is closed.
        if (ending === 'open') return new Promise<void>(() => {})
        seen.isReleased = true
        if (ending === 'closed') controller.close()
        else controller.error(new TypeError('terminated'))
        return undefined
      },
      cancel() {
        seen.isReleased = true
      },
    },
    {highWaterMark: 0},
  )
  return {body, seen}
}
