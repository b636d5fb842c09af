/**
 * The events that the replay server sends, as bytes that are built once.
 *
 * @module
 */

const RESPONSE = {id: 'resp_1', object: 'response', created_at: 1, model: 'gpt-5.2-codex'}
const USAGE = {input_tokens: 100, output_tokens: 2000, total_tokens: 2100}
const MESSAGE_ID = 'msg_1'

/** Everything before the first delta, and that delta. */
export function buildOpening(id = MESSAGE_ID): Buffer {
  const item = {...toMessage(id), content: []}
  return encode([
    {type: 'response.created', response: {...RESPONSE, status: 'in_progress', output: []}},
    {type: 'response.output_item.added', output_index: 0, item},
    buildDelta(0),
  ])
}

/** A whole answer of `count` text deltas, in writes of one event each. */
export function buildAnswer(count: number): Buffer[] {
  const deltas = Array.from({length: count - 1}, (_, index) => encode([buildDelta(index + 1)]))
  return [buildOpening(), ...deltas, buildEnd(MESSAGE_ID, buildText(count))]
}

/** A whole answer whose message has this id and this text. */
export function buildMessage(id: string, text: string): Buffer {
  return Buffer.concat([buildOpening(id), buildEnd(id, text)])
}

/** What `count` deltas say together. */
export function buildText(count: number): string {
  return Array.from({length: count}, (_, index) => toWord(index)).join('')
}

/** A text delta that says when it was sent (`process.hrtime`, nanoseconds). */
export function buildStamped(sentNs: bigint): Buffer {
  return encode([{...buildDelta(0), delta: `sent at ${sentNs} `}])
}

/** The end of an answer whose message has this text. */
export function buildClosing(text: string): Buffer {
  return buildEnd(MESSAGE_ID, text)
}

function buildEnd(id: string, text: string): Buffer {
  const content = [{type: 'output_text', text, annotations: []}]
  const item = {...toMessage(id), status: 'completed', content}
  return encode([
    {type: 'response.output_item.done', output_index: 0, item},
    {
      type: 'response.completed',
      response: {...RESPONSE, status: 'completed', output: [item], usage: USAGE},
    },
  ])
}

function toMessage(id: string) {
  return {id, type: 'message', role: 'assistant', status: 'in_progress'}
}

function toWord(index: number): string {
  return `word ${index} `
}

interface ReplayEvent {
  readonly type: string
  readonly [field: string]: unknown
}

function buildDelta(index: number): ReplayEvent {
  return {
    type: 'response.output_text.delta',
    item_id: MESSAGE_ID,
    output_index: 0,
    content_index: 0,
    delta: toWord(index),
    sequence_number: index + 2,
    obfuscation: 'Xq3vB9kLm2',
  }
}

function encode(events: readonly ReplayEvent[]): Buffer {
  const lines = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
  return Buffer.from(lines.join(''))
}
