/**
 * What `codex exec --json` tells while it runs, kept to what a chat group needs of it.
 *
 * Most `error` events and items of the type `error` are notes, for example that the connection is tried again.
 * Only `turn.failed`, and an end without `turn.completed`, mean that there is no answer.
 *
 * @module
 * @see {@link https://developers.openai.com/codex/noninteractive}
 */
import {parseJson, toJsonObject, toNumber, toText, type JsonObject} from '../../base/json-object.ts'

/** The longest line that is read, in characters: the output of a command can be in it. */
const LONGEST_LINE = 4 * 1024 * 1024

/** The most that is kept of an answer, in characters. */
const MAX_ANSWER = 1024 * 1024

/** How many notes are kept. */
const MAX_NOTES = 20

/** Items by which the agent has done something. */
const ACTIONS = ['command_execution', 'file_change', 'mcp_tool_call']

/** What the sandbox of the CLI says where it cannot be set up. */
const SANDBOX =
  /bwrap: |bubblewrap|Creating new namespace failed|sandbox (?:is )?(?:not available|unavailable)/i

/** What a run has told so far. */
export interface CodexProgress {
  readonly threadId: string | undefined
  /** The last message of the agent. */
  readonly message: string | undefined
  readonly isCompleted: boolean
  /** What `turn.failed` says. */
  readonly failure: string | undefined
  /** What it notes on its way, the newest last. */
  readonly notes: readonly string[]
  /** Tokens of the conversation so far, as the CLI counts them. */
  readonly usage: {readonly inputTokens: number; readonly outputTokens: number} | undefined
  /** Whether it has done something that must not be done twice. */
  readonly hasActed: boolean
  /** Commands that ran, and how many of them the sandbox could not be set up for. */
  readonly commands: number
  readonly unsandboxed: number
}

/** Reads the lines of a run as they come. */
export class CodexEvents {
  #rest = ''
  #isSkipping = false
  #progress: CodexProgress = {
    threadId: undefined,
    message: undefined,
    isCompleted: false,
    failure: undefined,
    notes: [],
    usage: undefined,
    hasActed: false,
    commands: 0,
    unsandboxed: 0,
  }

  get progress(): CodexProgress {
    return this.#progress
  }

  /** Takes in what has come, in pieces of any size. */
  push(text: string): void {
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) {
      if (this.#isSkipping) this.#isSkipping = false
      else this.#read(line)
    }
    if (this.#rest.length <= LONGEST_LINE) return
    this.#rest = ''
    this.#isSkipping = true
  }

  /** Takes in the last line, which need not end. */
  end(): CodexProgress {
    if (!this.#isSkipping) this.#read(this.#rest)
    this.#rest = ''
    return this.#progress
  }

  #read(line: string): void {
    const event = toJsonObject(parseJson(line))
    const change = toChange(event, this.#progress)
    if (change) this.#progress = {...this.#progress, ...change}
  }
}

function toChange(event: JsonObject, progress: CodexProgress): Partial<CodexProgress> | undefined {
  switch (event['type']) {
    case 'thread.started':
      return {threadId: toText(event['thread_id']) ?? progress.threadId}
    case 'turn.completed':
      return {isCompleted: true, usage: toUsage(toJsonObject(event['usage']))}
    case 'turn.failed':
      return {failure: toText(toJsonObject(event['error'])['message']) ?? 'It does not say why.'}
    case 'error':
      return withNote(progress, toText(event['message']))
    case 'item.completed':
      return toItemChange(toJsonObject(event['item']), progress)
    case 'item.started':
      return isAction(toJsonObject(event['item'])) ? {hasActed: true} : undefined
    default:
      return undefined
  }
}

function toItemChange(item: JsonObject, progress: CodexProgress): Partial<CodexProgress> {
  const type = item['type']
  if (type === 'agent_message') {
    return {message: toText(item['text'])?.slice(0, MAX_ANSWER) ?? progress.message}
  }
  if (type === 'error') return withNote(progress, toText(item['message']))
  if (!isAction(item)) return {}
  const isBroken =
    type === 'command_execution' &&
    item['exit_code'] !== 0 &&
    SANDBOX.test(toText(item['aggregated_output']) ?? '')
  return {
    hasActed: true,
    commands: progress.commands + Number(type === 'command_execution'),
    unsandboxed: progress.unsandboxed + Number(isBroken),
  }
}

function isAction({type}: JsonObject): boolean {
  return ACTIONS.some((action) => action === type)
}

function withNote(progress: CodexProgress, note = ''): Partial<CodexProgress> {
  return {notes: [...progress.notes, note.slice(0, 2000)].slice(-MAX_NOTES)}
}

function toUsage(usage: JsonObject): CodexProgress['usage'] {
  const inputTokens = toNumber(usage['input_tokens'])
  const outputTokens = toNumber(usage['output_tokens'])
  return inputTokens === undefined || outputTokens === undefined
    ? undefined
    : {inputTokens, outputTokens}
}
