/**
 * Calls and outputs that do not say to whom they belong.
 *
 * @module
 */
import {toText} from '../../../base/json-object.ts'
import type {Item} from '../memory/item-memory.ts'
import {isCallType, isOutputType} from './pair-tool-calls.ts'
import type {ReportChange} from '../../request-change.ts'

/**
 * Gives every call a `call_id`, and every output without one that of the oldest call that waits for an
 * output.
 *
 * @returns `items` itself when nothing was missing.
 */
export function completeCallIds(items: readonly Item[], report: ReportChange): readonly Item[] {
  if (!items.some(lacksId)) return items
  const open: string[] = []
  const taken = new Set(items.map(({call_id: callId}) => callId))

  /** Numbered by its place, so that it stays the same as the history grows. */
  function idOfCall(given: string | undefined, index: number): string {
    const callId = given ?? (taken.has(`call_${index}`) ? `call_at_${index}` : `call_${index}`)
    open.push(callId)
    return callId
  }

  function idOfOutput(given: string | undefined): string | undefined {
    const place = given === undefined ? 0 : open.indexOf(given)
    const [answered] = place === -1 ? [] : open.splice(place, 1)
    return given ?? answered
  }

  return items.map((item, index) => {
    const {call_id: given} = item
    const text = typeof given === 'number' ? String(given) : toText(given)
    if (isCallType(item)) return complete(item, idOfCall(text, index), report)
    return isOutputType(item) ? complete(item, idOfOutput(text), report) : item
  })
}

function lacksId(item: Item): boolean {
  return (isCallType(item) || isOutputType(item)) && toText(item['call_id']) === undefined
}

function complete(item: Item, callId: string | undefined, report: ReportChange): Item {
  if (callId === undefined || callId === item['call_id']) return item
  report('input', 'repaired', 'A call or an output had no call_id')
  return {...item, call_id: callId}
}
