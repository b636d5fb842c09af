/**
 * What a fault makes of a stream of events.
 *
 * @module
 */
import type {StreamStep} from '../event-stream.ts'
import type {Fault} from '../../state/fault.ts'
import type {Frame} from '../response-frames.ts'

type FaultOf<Kind extends Fault['kind']> = Extract<Fault, {kind: Kind}>

const TERMINAL = /^event: response\.(?:completed|incomplete|failed)\n/
/** `response.created` and `response.in_progress`: nothing of the answer is out yet. */
const EVENTS_BEFORE_OUTPUT = 2
const MALFORMED: Frame = 'event: response.output_text.delta\ndata: {"type":"respon\n\n'

/** Applies a fault to the frames of an answer. Faults that are not about events change nothing. */
export function applyToFrames(
  frames: Iterable<Frame>,
  fault: Fault,
): Generator<StreamStep, void, undefined> {
  if (fault.kind === 'cut') return cut(frames, fault)
  if (fault.kind === 'close') return cut(frames, {afterEvents: fault.afterEvents ?? 0}, fault.code)
  if (fault.kind === 'stall') return stall(frames, fault)
  if (fault.kind === 'slow') return slow(frames, fault.delayMs)
  const isFailure = fault.kind === 'error-event' || fault.kind === 'response-failed'
  return isFailure ? fail(frames, fault) : rewrite(frames, toRewriter(fault))
}

/** Waits before every frame. */
export function* slow(
  frames: Iterable<Frame>,
  delayMs: number,
): Generator<StreamStep, void, undefined> {
  for (const frame of frames) {
    yield {kind: 'pause', ms: delayMs}
    yield {kind: 'frame', frame}
  }
}

function* cut(
  frames: Iterable<Frame>,
  {afterEvents = Infinity}: Pick<FaultOf<'cut'>, 'afterEvents'>,
  closeCode?: number,
): Generator<StreamStep, void, undefined> {
  let sent = 0
  for (const frame of frames) {
    if (sent === afterEvents) {
      yield {kind: 'cut', ...(closeCode !== undefined && {closeCode})}
      return
    }
    sent += 1
    yield {kind: 'frame', frame}
  }
}

function* stall(
  frames: Iterable<Frame>,
  {afterEvents, forMs}: FaultOf<'stall'>,
): Generator<StreamStep, void, undefined> {
  let sent = 0
  for (const frame of frames) {
    if (sent === afterEvents) yield {kind: 'pause', ms: forMs}
    sent += 1
    yield {kind: 'frame', frame}
  }
}

function* fail(
  frames: Iterable<Frame>,
  fault: FaultOf<'error-event' | 'response-failed'>,
): Generator<StreamStep, void, undefined> {
  const {afterEvents = EVENTS_BEFORE_OUTPUT} = fault
  let sent = 0
  for (const frame of frames) {
    if (sent === afterEvents || TERMINAL.test(frame)) break
    sent += 1
    yield {kind: 'frame', frame}
  }
  yield {kind: 'frame', frame: toFailure(fault, sent)}
}

function toFailure(
  fault: FaultOf<'error-event' | 'response-failed'>,
  sequenceNumber: number,
): Frame {
  const {error} = fault
  if (fault.kind === 'error-event') {
    const status = fault.status === undefined ? {} : {status: fault.status}
    return toFrame({type: 'error', sequence_number: sequenceNumber, ...status, error})
  }
  const response = {id: 'resp_failed', object: 'response', status: 'failed', output: [], error}
  return toFrame({type: 'response.failed', sequence_number: sequenceNumber, response})
}

/** What becomes of one frame. */
type Rewriter = (frame: Frame, index: number) => readonly Frame[]

function* rewrite(
  frames: Iterable<Frame>,
  rewriter: Rewriter,
): Generator<StreamStep, void, undefined> {
  let index = 0
  for (const frame of frames) {
    for (const piece of rewriter(frame, index)) yield {kind: 'frame', frame: piece}
    index += 1
  }
}

function toRewriter(fault: Fault): Rewriter {
  if (fault.kind === 'line-endings') {
    const lineEnding = fault.lineEnding === 'cr' ? '\r' : '\r\n'
    return (frame) => [frame.replaceAll('\n', lineEnding)]
  }
  if (fault.kind === 'malformed-event') {
    const position = fault.atEvent ?? EVENTS_BEFORE_OUTPUT
    return (frame, index) => [index === position ? MALFORMED : frame]
  }
  if (fault.kind === 'binary-message') {
    const position = fault.atEvent ?? EVENTS_BEFORE_OUTPUT
    return (frame, index) => [
      index === position ? frame.replace(/^event: .*/, 'event: binary') : frame,
    ]
  }
  if (fault.kind === 'no-terminal-event') return onTerminal(() => [])
  if (fault.kind === 'response-done') {
    return onTerminal((frame) => [renameTerminal(frame, 'response.done')])
  }
  if (fault.kind === 'response-incomplete') {
    return onTerminal((frame) => [toIncomplete(frame, fault.reason ?? 'content_filter')])
  }
  return (frame) => [frame]
}

function onTerminal(rewriter: (frame: Frame) => readonly Frame[]): Rewriter {
  return (frame) => (TERMINAL.test(frame) ? rewriter(frame) : [frame])
}

/** The event's name stands once in the `event` line and once at the start of the data. */
function renameTerminal(frame: Frame, name: string): Frame {
  return frame
    .replace('event: response.completed', `event: ${name}`)
    .replace('"type":"response.completed"', `"type":"${name}"`)
}

function toIncomplete(frame: Frame, reason: string): Frame {
  return renameTerminal(frame, 'response.incomplete')
    .replace('"status":"completed"', '"status":"incomplete"')
    .replace('"incomplete_details":null', `"incomplete_details":{"reason":"${reason}"}`)
}

function toFrame(data: {readonly type: string} & Record<string, unknown>): Frame {
  return `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`
}
