/**
 * An answer as one JSON object.
 *
 * @module
 */
import {BackendResponseError} from '../../errors.ts'
import type {Clock} from '../../base/clock.ts'
import {toJsonObject, toList, toText, type JsonObject} from '../../base/json-object.ts'
import {createAnswerDraft, isDrafted} from './answer-draft.ts'
import type {Answer, AnswerSink} from './answer.ts'
import {EventFramer} from './events/event-framer.ts'

/** The most that is kept of one answer, in bytes: an image comes three times, and may have 20 MB. */
const MAX_ANSWER_BYTES = 128_000_000

/**
 * Reads the answer to its end. This backend finishes with an empty `output`: the items came one by one before, or
 * only in their deltas, and are put in.
 *
 * @throws {CodexError} The answer did not end well.
 */
export async function collectResponse(
  answer: Answer,
  {now}: {readonly now: Clock},
): Promise<JsonObject> {
  const parts = await readParts(answer)
  const response = answer.result()
  return {
    object: 'response',
    created_at: Math.floor(now() / 1000),
    ...response,
    // Nearly nothing of an answer has to be parsed where all of it is said again at the end.
    output: isWhole(response, answer.itemCount()) ? response['output'] : readItems(parts),
  }
}

async function readParts(answer: Answer): Promise<readonly Uint8Array[]> {
  const parts: Uint8Array[] = []
  const progress = {bytes: 0, isOver: false}
  const sink: AnswerSink = {
    write(events) {
      parts.push(events)
      progress.bytes += events.length
    },
    end: () => void (progress.isOver = true),
    fail(error) {
      throw error
    },
  }
  while (!progress.isOver) {
    await answer.pull(sink)
    if (progress.bytes > MAX_ANSWER_BYTES) await giveUp(answer)
  }
  return parts
}

async function giveUp(answer: Answer): Promise<never> {
  await answer.cancel().catch(() => {})
  // No kind of failure that another try could help.
  throw new BackendResponseError('The answer is too large for one object. Ask for less at once.', {
    refusal: {status: 422, code: 'answer_too_large'},
  })
}

/** Whether the output is there: all of its items, with something in each. */
function isWhole({output}: JsonObject, itemCount: number): boolean {
  const items = toList(output).map(toJsonObject)
  return items.length > 0 && items.length >= itemCount && items.every(isFilled)
}

function isFilled({type, content, arguments: callArguments, input}: JsonObject): boolean {
  if (type === 'message') return toList(content).length > 0 && toList(content).every(isFilledPart)
  if (type === 'function_call') return toText(callArguments) !== undefined
  return type !== 'custom_tool_call' || toText(input) !== undefined
}

function isFilledPart(part: unknown): boolean {
  const {text, refusal} = toJsonObject(part)
  return text !== '' && refusal !== ''
}

function readItems(parts: readonly Uint8Array[]): readonly JsonObject[] {
  const draft = createAnswerDraft()
  const framer = new EventFramer({
    wants: isDrafted,
    onEvent: (event) => draft.take(event.read()),
  })
  for (const part of parts) framer.push(part)
  framer.end()
  return draft.items()
}
