/**
 * What the output of the Codex CLI says about its end: the last resort where it wrote no session file.
 *
 * @module
 */
import {stripVTControlCharacters} from 'node:util'
import {parseJson, toJsonObject, toText} from '../../base/json-object.ts'
import {isDeactivation} from '../../accounts/directories/codex/dead-login.ts'

/** Words of the CLI and the backend that mean nothing else, wherever they stand. */
const PHRASES =
  /hit your usage limit|usage[ _]limit[ _](?:has been )?(?:reached|exceeded|hit)|(?:reached|exceeded) (?:your|the) (?:\w+ ){0,2}usage limit|quota (?:has been |was |is )?(?:exceeded|exhausted|reached|used up)|(?:exceeded|exhausted|out of|insufficient)[ _](?:your |the )?(?:current )?quota|insufficient[ _]credits|credits? (?:(?:have|has) been |are )?(?:exhausted|depleted)|out of credits|hit your spend cap|usage_not_included|chatgpt\.com\/explore\/plus/i

/** Words that mean a reached limit in an error message. */
const WORDS = /usage\s*limit|\bquota\b/i

/** A line that could say something about it. */
const HINT =
  /limit|quota|credit|spend cap|usage_not|explore\/plus|error|turn\.failed|session id:|thread\.started|CLI auth/gi

/** How the CLI names the conversation, which is also in the name of its file. */
const SESSION = /^session id: ([\da-f-]{36})$/

/** How the CLI says, before anything else, that it cannot read the login. */
const NO_LOGIN = /^failed to (?:deserialize|load) CLI auth/

/** A line of the CLI's own log. */
const LOG_LINE = /^\S+Z\s+ERROR codex_/

/** A message of an error: those that the CLI itself ends with are in capitals. */
const ERROR_LINE = /^(?:error|fatal)\b/i
const FINAL_ERROR = /^ERROR: /

/** The longest line that is looked at as a whole, in characters. */
const LONGEST_LINE = 4096

/** What the CLI was told, and how it answers. */
export interface OutputOptions {
  /** What the user wrote: the CLI repeats it, and it means nothing. */
  readonly prompts: () => readonly string[]
  /** Whether standard output is events. */
  readonly hasEvents: boolean
}

/**
 * Looks at the output of a run as it passes, and remembers nothing of it but what it means. What the CLI says
 * in its own structure counts first: events, then the line that it ends with; any other line only without.
 */
export class ExhaustionWatcher {
  readonly #options: OutputOptions
  readonly #rests = {stdout: '', stderr: ''}
  #byEvent: boolean | undefined
  #byFinalError: boolean | undefined
  #byPhrase = false
  #sessionId: string | undefined
  #lastError: string | undefined
  #deactivation: string | undefined

  constructor(options: OutputOptions) {
    this.#options = options
  }

  /** The conversation, once it was named. */
  get sessionId(): string | undefined {
    return this.#sessionId
  }

  /** What a refusal of the login would be in: the last error, and that of the log that ends an account. */
  get errorText(): string {
    return [this.#lastError, this.#deactivation].filter(Boolean).join('\n')
  }

  /** Takes in what has come. */
  push(stream: 'stderr' | 'stdout', chunk: Buffer): void {
    // One byte, one character: quick, and no phrase needs more.
    const text = this.#rests[stream] + chunk.toString('latin1')
    const end = text.lastIndexOf('\n') + 1
    // Without an end of the line, all of it is looked at now, and its end once more with what follows.
    const isLong = text.length - end > LONGEST_LINE
    this.#look(stream, isLong ? text : text.slice(0, end))
    this.#rests[stream] = text.slice(isLong ? -LONGEST_LINE : end)
  }

  /** Whether a run that failed was out of quota, after all output has come. */
  end(): boolean {
    for (const stream of ['stdout', 'stderr'] as const) {
      this.#look(stream, this.#rests[stream])
      this.#rests[stream] = ''
    }
    return this.#byEvent ?? this.#byFinalError ?? this.#byPhrase
  }

  #look(stream: 'stderr' | 'stdout', text: string): void {
    HINT.lastIndex = 0
    for (let match = HINT.exec(text); match; match = HINT.exec(text)) {
      const start = Math.max(text.lastIndexOf('\n', match.index) + 1, match.index - LONGEST_LINE)
      const newline = text.indexOf('\n', match.index)
      const lineEnd = newline === -1 ? text.length : newline
      const end = Math.min(lineEnd, match.index + LONGEST_LINE)
      this.#read(stream, text.slice(start, end))
      HINT.lastIndex = Math.max(end, HINT.lastIndex)
    }
  }

  #read(stream: 'stderr' | 'stdout', raw: string): void {
    if (stream === 'stdout' && this.#options.hasEvents && this.#readEvent(raw)) return
    const line = (raw.includes('\u001B') ? stripVTControlCharacters(raw) : raw).trim()
    const isFinal = FINAL_ERROR.test(line)
    const text = this.#withoutPrompts(line)
    this.#remember(line, isFinal ? text : undefined)
    const isMeant = PHRASES.test(text) || (ERROR_LINE.test(line) && WORDS.test(text))
    if (isFinal) this.#byFinalError = isMeant
    else if (isMeant) this.#byPhrase = true
  }

  #remember(line: string, finalError: string | undefined): void {
    this.#sessionId ??= SESSION.exec(line)?.[1]
    this.#lastError = finalError ?? (NO_LOGIN.test(line) ? line : this.#lastError)
    if (LOG_LINE.test(line) && isDeactivation(line)) this.#deactivation = line
  }

  /** @see {@link https://developers.openai.com/codex/noninteractive} */
  #readEvent(line: string): boolean {
    const event = toJsonObject(parseJson(Buffer.from(line, 'latin1').toString()))
    const type = toText(event['type'])
    if (type === undefined) return false
    const error = type === 'turn.failed' ? toJsonObject(event['error']) : event
    if (type === 'thread.started') this.#sessionId ??= toText(event['thread_id'])
    if (type !== 'turn.failed' && type !== 'error') return true
    const message = toText(error['message']) ?? ''
    this.#lastError = message
    this.#byEvent = PHRASES.test(message) || WORDS.test(message)
    return true
  }

  #withoutPrompts(line: string): string {
    let text = line
    for (const prompt of this.#options.prompts()) {
      const bytes = Buffer.from(prompt).toString('latin1').trim()
      if (bytes === '') continue
      if (line !== '' && bytes.includes(line)) return ''
      text = text.replaceAll(bytes, '')
    }
    return text
  }
}
