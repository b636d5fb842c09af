/**
 * What a refusal means, and what to do about it, in a sentence.
 *
 * @module
 */
import {findRefusalKind, type RefusalKind} from '../../accounts/refusal-kind.ts'
import type {Advice, BackendRefusal} from '../../errors.ts'
import {toPlanName} from '../../accounts/plan-name.ts'
import {describeWait} from './describe-wait.ts'
import {toLocalTime} from '../../base/local-time.ts'
import {toPlainText} from '../../base/plain-text.ts'

/** Whose request was refused, and by whom. */
export interface RefusalContext {
  /** How the user knows the account that asked. */
  readonly label: string
  /** Whether a web page came instead of JSON: something in front of the backend answered. */
  readonly isPage: boolean
}

/** @param when When to try again, for example `in 20 minutes`, where the backend said so. */
type Explain = (label: string, when?: string) => string

const BUSY: Explain = (_label, when) =>
  `This model is busy. Try again ${when ?? 'in a moment'}, or choose another model.`

const TOO_MANY_REQUESTS: Explain = (_label, when) =>
  `Too many requests at once. ${when === undefined ? 'Wait a moment and try again' : `Try again ${when}`}.`

/** What a refusal means, in a sentence, and what helps beside what the sentence says. */
export interface Explanation {
  readonly message: string
  readonly advice?: readonly Advice[]
}

/** Codes whose meaning the backend's own words do not make clear, or do not say what to do about. */
const SENTENCES: ReadonlyMap<string, Explain> = new Map([
  [
    'context_length_exceeded',
    () =>
      'The conversation is longer than the model can read. Start a new one, or remove earlier parts of it.',
  ],
  [
    'insufficient_scope',
    (label: string) =>
      `${label} does not let this app use the ChatGPT plan. Log in again, and allow it on the page of ChatGPT.`,
  ],
  [
    'invalid_encrypted_content',
    () =>
      'Earlier reasoning in this conversation belongs to another account. Start a new conversation.',
  ],
])

/** What a refusal means that is about the account, whatever its words are. */
const BY_KIND: ReadonlyMap<RefusalKind | undefined, Explain> = new Map([
  [
    'deactivated',
    (label) => `The account or workspace of ${label} was deactivated by OpenAI or its owner.`,
  ],
  [
    'no_credits',
    (label) => `${label} has no quota left. Check its plan and billing at chatgpt.com.`,
  ],
  ['not_included', (label) => `The ChatGPT plan of ${label} does not include Codex.`],
  ['rate_limit', TOO_MANY_REQUESTS],
])

const ADVICE: ReadonlyMap<RefusalKind | undefined, readonly Advice[]> = new Map([
  ['deactivated', ['add_account']],
  ['not_included', ['upgrade_plan', 'add_account']],
])

const MISSING_ITEM = /^Item with id .* not found/

/** Refusals of requests that our own shaping should have made acceptable. */
const OUR_FAULT =
  /^(Unsupported parameter|Store must be|Stream must be|Instructions are|System messages are|No tool (call|output) found)/

/** Says what a refusal means. */
export function explainRefusal(refusal: BackendRefusal, context: RefusalContext): Explanation {
  const {message, retryAfterMs} = refusal
  const when = retryAfterMs ? `in ${describeWait(retryAfterMs)}` : undefined
  return (
    explainCode(refusal, {...context, when}) ??
    toExplanation(explainMessage(message)) ??
    explainStatus(refusal, {...context, when}) ??
    toExplanation(explainWords(message, when)) ?? {
      message: 'The server gave no reason. Try again in a moment.',
    }
  )
}

function toExplanation(message: string | undefined): Explanation | undefined {
  return message === undefined ? undefined : {message}
}

/** Also when to try again, for example `in 20 minutes`, where the backend said so. */
type TimedContext = RefusalContext & {readonly when: string | undefined}

function explainCode(
  refusal: BackendRefusal,
  {label, when}: TimedContext,
): Explanation | undefined {
  const {code = '', type = '', message} = refusal
  const kind = findRefusalKind(code, type)
  if (kind === 'deactivated' && isBlocked(refusal)) return explainBlock(message, label)
  const explain = isOverload(refusal) ? BUSY : (SENTENCES.get(code) ?? SENTENCES.get(type))
  if (explain) return {message: explain(label, when)}
  const text = BY_KIND.get(kind)?.(label, when)
  return text === undefined ? undefined : {message: text, advice: ADVICE.get(kind) ?? []}
}

/** Says which limit was reached, by whom, and until when. */
export function explainUsageLimit(
  refusal: BackendRefusal,
  {label, modelLimit}: {readonly label: string; readonly modelLimit?: string | undefined},
): Explanation {
  const {plan, resetsAtMs} = refusal
  if (areCreditsDepleted(refusal)) {
    return {
      message: `The workspace of ${label} has no credits left.`,
      advice: ['add_credits', 'add_account'],
    }
  }
  const until = resetsAtMs === undefined ? 'later' : `after ${toLocalTime(resetsAtMs)}`
  if (modelLimit !== undefined) {
    return {
      message: `${label} has reached the usage limit of ${modelLimit}. Try again ${until}, or choose another model.`,
    }
  }
  const limit = plan ? `the usage limit of ${toPlanName(plan)}` : 'its ChatGPT usage limit'
  return {message: `${label} has reached ${limit}.`, advice: ['wait', 'add_account']}
}

/** Whether it is not a window that is used up, but the credits of the workspace. */
export function areCreditsDepleted({code, type}: BackendRefusal): boolean {
  return `${type} ${code}`.includes('credits_depleted')
}

/** The server's own words, and when to try again if they leave that out. */
function explainWords(message: string | undefined, when: string | undefined): string | undefined {
  const words = toSentence(message)
  const isLeftOut = words !== undefined && when !== undefined && !/try again|retry/i.test(words)
  return isLeftOut ? `${words} Try again ${when}.` : words
}

/** Whether the servers have too much to do, whichever way they say it. */
function isOverload({code = '', message = '', status, type = ''}: BackendRefusal): boolean {
  const words = status < 500 ? '' : message.slice(0, 500)
  return /overloaded|slow_down|(?:at|over)[_ ]capacity/i.test(`${code} ${type} ${words}`)
}

/** Whether it is not closed, but refused for what it did, or for a reason that only the words tell. */
function isBlocked({code = '', type = '', message = ''}: BackendRefusal): boolean {
  return /flagged|suspended|banned|locked|blocked/i.test(`${code} ${type} ${message.slice(0, 500)}`)
}

function explainBlock(words: string | undefined, label: string): Explanation {
  const message = `ChatGPT refuses the account of ${label}: ${toSentence(words) ?? 'It gave no reason.'}`
  return {message, advice: ['add_account']}
}

function explainMessage(message = ''): string | undefined {
  if (MISSING_ITEM.test(message)) {
    return 'A part of this conversation is no longer known to ChatGPT. Ask again, or start a new conversation.'
  }
  if (OUR_FAULT.test(message)) {
    return `${toSentence(message)} This is a fault of OpenAI Codex Auth: please report it.`
  }
  return undefined
}

/** Statuses whose meaning does not depend on what the server says, which may be a proxy. */
function explainStatus(
  {status, message}: BackendRefusal,
  {isPage, label, when}: TimedContext,
): Explanation | undefined {
  if (status === 401 && !isPage) {
    return {
      message: `ChatGPT does not accept the login of ${label} any more.`,
      advice: ['log_in_again'],
    }
  }
  return toExplanation(
    explainPlainStatus(status, {isPage, isSilent: message === undefined, label, when}),
  )
}

function explainPlainStatus(
  status: number,
  {isPage, isSilent, label, when}: TimedContext & {readonly isSilent: boolean},
): string | undefined {
  if (isPage) {
    return 'A web page came back instead of an answer: a proxy, a firewall or a bot check is in the way. Open chatgpt.com in a browser on this network, then try again.'
  }
  if (status === 413) {
    return 'The request is too large for ChatGPT. Start a new conversation, or leave out large images and files.'
  }
  if (status === 429) return TOO_MANY_REQUESTS(label, when)
  return isSilent ? explainSilence(status, label, when) : undefined
}

function explainSilence(status: number, label: string, when = 'in a moment'): string | undefined {
  if (status === 403) {
    return `ChatGPT refuses ${label}, and does not say why. Codex may not be available to this account or in this region.`
  }
  return status >= 500 ? `ChatGPT has a problem. Try again ${when}.` : undefined
}

function toSentence(message: string | undefined): string | undefined {
  const text = toPlainText(message ?? '')
  if (text === '') return undefined
  return /[.!?\u2026]$/.test(text) ? text : `${text}.`
}
