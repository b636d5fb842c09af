/**
 * What an agent tells its host: JSON between two marks on standard output. Everything else there is noise.
 *
 * @module
 */
import {isJsonObject, parseJson, toNumber, toText} from '../../base/json-object.ts'
import {withoutUndefined} from '../../base/without-undefined.ts'

const START = '---NANOCLAW_OUTPUT_START---'
const END = '---NANOCLAW_OUTPUT_END---'

/** The most that is kept of an answer while it comes, in characters. */
const MAX_CHARACTERS = 16 * 1024 * 1024

/** What a run came to. */
export interface ContainerOutput {
  readonly status: 'error' | 'success'
  /** The answer for the chat; `null` when there is none. */
  readonly result: string | null
  /** The conversation, to go on with it next time. */
  readonly newSessionId?: string
  /** A sentence for the chat: what happened, and what to do next. */
  readonly error?: string
  /** What kind of error it is. */
  readonly code?: string
  /** When it is worth trying again (milliseconds since the Unix epoch). */
  readonly untilMs?: number
  /**
   * What became of the sentence: `sent` to the chat through a file, `repeated` when the chat has heard of this incident
   * already, `unsent` when the host has to say it.
   */
  readonly notice?: 'repeated' | 'sent' | 'unsent'
}

/** The lines to print. */
export function toMarkedOutput(output: ContainerOutput): string {
  return `${START}\n${JSON.stringify(output)}\n${END}\n`
}

/** Finds the outputs in what a program prints, as it comes. */
export class OutputParser {
  #rest = ''
  #count = 0

  /** Takes in what has come, in pieces of any size. @returns The outputs that are complete now. */
  push(text: string): readonly ContainerOutput[] {
    this.#rest += text
    const found: ContainerOutput[] = []
    for (;;) {
      const start = this.#rest.indexOf(START)
      const end = start === -1 ? -1 : this.#rest.indexOf(END, start)
      if (end === -1) break
      found.push(parseOutput(this.#rest.slice(start + START.length, end)))
      this.#rest = this.#rest.slice(end + END.length)
    }
    this.#count += found.length
    this.#trim()
    return found
  }

  /**
   * What the run came to where it printed no marks: the JSON in its last line.
   *
   * @returns `undefined` where there were marks, or there is no such line.
   */
  end(): ContainerOutput | undefined {
    if (this.#count > 0) return undefined
    const line = this.#rest.trim().split('\n').at(-1) ?? ''
    return isOutput(parseJson(line)) ? parseOutput(line) : undefined
  }

  /** Noise is not kept, but for what could be the beginning of a mark, or the last line. */
  #trim(): void {
    if (this.#rest.includes(START)) {
      this.#rest = this.#rest.slice(-MAX_CHARACTERS)
      return
    }
    const lineStart = this.#rest.trimEnd().lastIndexOf('\n') + 1
    if (lineStart > 0) this.#rest = this.#rest.slice(lineStart)
    this.#rest = this.#rest.slice(-MAX_CHARACTERS)
  }
}

function isOutput(value: unknown): boolean {
  return isJsonObject(value) && (value['status'] === 'success' || value['status'] === 'error')
}

function parseOutput(text: string): ContainerOutput {
  const value = parseJson(text.trim())
  if (!isJsonObject(value) || !isOutput(value)) {
    const error = 'The agent has answered in a way that cannot be read. Try again.'
    return {status: 'error', result: null, error, code: 'crashed', notice: 'unsent'}
  }
  const {code, error, newSessionId, notice, result, status, untilMs} = value
  return withoutUndefined({
    status: status === 'success' ? ('success' as const) : ('error' as const),
    result: typeof result === 'string' ? result : null,
    newSessionId: toText(newSessionId),
    error: toText(error),
    code: toText(code),
    untilMs: toNumber(untilMs),
    notice: (['repeated', 'sent', 'unsent'] as const).find((word) => word === notice),
  })
}
