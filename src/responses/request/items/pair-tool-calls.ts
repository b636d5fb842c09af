/**
 * Tool calls and their outputs, in pairs. The backend refuses a history in which one is missing.
 *
 * @module
 * @see {@link https://github.com/openai/codex/blob/main/codex-rs/core/src/context_manager/normalize.rs}
 */
import {toText} from '../../../base/json-object.ts'
import type {Item} from '../memory/item-memory.ts'
import type {ReportChange} from '../../request-change.ts'
import {toAbortedOutput, toCallMessage, toMatchingOutput, toOutputMessage} from './tool-output.ts'

/** The backend refuses longer ones, also those it made itself. */
const MAX_CALL_ID_CHARACTERS = 64

/**
 * Calls that a client answers, and the items that answer them. The backend answered the others, such
 * as `web_search_call`, itself.
 */
const OUTPUT_BY_CALL: ReadonlyMap<unknown, string> = new Map([
  ['tool_search_call', 'tool_search_output'],
  ...['apply_patch', 'computer', 'custom_tool', 'function', 'local_shell', 'shell'].map(
    (kind) => [`${kind}_call`, `${kind}_call_output`] as const,
  ),
])

const OUTPUTS: ReadonlySet<unknown> = new Set(OUTPUT_BY_CALL.values())

/** These answer with a text or a list of parts, so that one may stand in for another. */
const TEXT_FAMILY = /^(?:custom_tool|function|local_shell)_call(?:_output)?$/

/** A call, and what came back. */
interface Pair {
  readonly call: Item
  output?: Item
  /** Whether the output came before the call. */
  readonly isEarly: boolean
  /** Unlike the id of any other pair. */
  readonly callId: string
}

/**
 * Completes `items` so that every call has exactly one output and every output a call before it. A
 * call without one is answered with `aborted`; an output without one becomes a message, so that the
 * model still reads it.
 *
 * @returns `items` itself when nothing was amiss.
 */
export function pairToolCalls(items: readonly Item[], report: ReportChange): readonly Item[] {
  if (arePaired(items)) return items
  const pairs = findPairs(items)
  return items.flatMap((item, index) => {
    if (isOutputType(item)) return placeOutput(item, pairs.get(index), report)
    return isCallType(item) ? placeCall(item, pairs.get(index), report) : [item]
  })
}

/** The common case, without a list of pairs. */
function arePaired(items: readonly Item[]): boolean {
  const types = new Map<unknown, unknown>()
  let open = 0
  for (const item of items) {
    const {type} = item
    const callId = toText(item['call_id']) ?? ''
    if (isCallType(item)) {
      if (types.has(callId) || callId.length > MAX_CALL_ID_CHARACTERS) return false
      types.set(callId, type)
      open += 1
    } else if (isOutputType(item)) {
      if (!answers(type, types.get(callId))) return false
      types.set(callId, 'answered')
      open -= 1
    }
  }
  return open === 0
}

function answers(outputType: unknown, callType: unknown): boolean {
  // The official client answers this one as it answers a function.
  if (callType === 'local_shell_call' && outputType === 'function_call_output') return true
  return outputType === OUTPUT_BY_CALL.get(callType)
}

/** What waits for its other half, of one call id. */
interface Waiting {
  readonly calls: Pair[]
  /** Places of outputs that came before any call. */
  readonly outputs: number[]
  hasCalls: boolean
}

/** @returns Pairs by the places of their items. An output without one belongs to no call. */
function findPairs(items: readonly Item[]): ReadonlyMap<number, Pair> {
  const pairs = new Map<number, Pair>()
  const waitingByKey = new Map<string, Waiting>()
  const used = new Set<string>()
  for (const [index, item] of items.entries()) {
    if (!isCallType(item) && !isOutputType(item)) continue
    const key = keyOf(item)
    const waiting = waitingByKey.get(key) ?? {calls: [], outputs: [], hasCalls: false}
    waitingByKey.set(key, waiting)
    if (isCallType(item)) {
      const early = waiting.outputs.shift()
      const output = early === undefined ? undefined : items[early]
      const callId = toUniqueId(toText(item['call_id']) ?? '', used)
      const pair = {call: item, callId, isEarly: output !== undefined, ...(output && {output})}
      waiting.hasCalls = true
      pairs.set(index, pair)
      if (early === undefined) waiting.calls.push(pair)
      else pairs.set(early, pair)
    } else {
      const pair = waiting.calls.shift()
      if (pair) {
        pair.output = item
        pairs.set(index, pair)
      } else if (!waiting.hasCalls) {
        waiting.outputs.push(index)
      }
    }
  }
  return pairs
}

function keyOf({type, call_id: callId}: Item): string {
  const name = String(type)
  const family = TEXT_FAMILY.test(name) ? 'text' : name.replace(/(?:_call)?(?:_output)?$/, '')
  return `${family} ${toText(callId) ?? ''}`
}

/** Numbered by its place, so that it stays the same as the history grows and the cache stays warm. */
function toUniqueId(callId: string, used: Set<string>): string {
  let unique = callId
  let count = used.size
  while (used.has(unique) || unique.length > MAX_CALL_ID_CHARACTERS) {
    unique = `${callId.slice(0, MAX_CALL_ID_CHARACTERS - 16)}_${count}`
    count += 1
  }
  used.add(unique)
  return unique
}

function placeCall(item: Item, pair: Pair | undefined, report: ReportChange): readonly Item[] {
  if (!pair) return [item]
  const call = withCallId(item, pair.callId, report)
  if (pair.output) {
    return pair.isEarly ? [call, toPairedOutput(pair.output, pair, report)] : [call]
  }
  const aborted = toAbortedOutput(call)
  if (!aborted) {
    report('input', 'replaced', 'A tool call without an output became a message')
    return [toCallMessage(call)]
  }
  report('input', 'added', 'A tool call without an output was answered with "aborted"')
  return [call, aborted]
}

function placeOutput(item: Item, pair: Pair | undefined, report: ReportChange): readonly Item[] {
  if (!pair) {
    report('input', 'replaced', 'A tool output without its call became a message')
    return [toOutputMessage(item)]
  }
  if (!pair.isEarly) return [toPairedOutput(item, pair, report)]
  report('input', 'moved', 'A tool output came before its call')
  return []
}

function toPairedOutput(item: Item, {call, callId}: Pair, report: ReportChange): Item {
  const output = withCallId(item, callId, report)
  if (answers(item['type'], call['type'])) return output
  report('input', 'replaced', 'A tool output had the type of another kind of call')
  return toMatchingOutput(output, OUTPUT_BY_CALL.get(call['type']))
}

function withCallId(item: Item, callId: string, report: ReportChange): Item {
  if (item['call_id'] === callId) return item
  report('input', 'replaced', 'A call_id was longer than 64 characters or came twice')
  return {...item, call_id: callId}
}

/** Whether `item` is a call that a client answers. */
export function isCallType({type, execution}: Item): boolean {
  return OUTPUT_BY_CALL.has(type) && execution !== 'server'
}

/** Whether `item` is what a client answers to a call. */
export function isOutputType({type, execution}: Item): boolean {
  return OUTPUTS.has(type) && execution !== 'server'
}
