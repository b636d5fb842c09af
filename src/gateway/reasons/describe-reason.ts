/**
 * Why an account answered, as a sentence and as a header.
 *
 * @module
 */
import type {ChoiceReason, LeftAccount, LeftCause} from '../../accounts/choice/choice-reason.ts'
import {REST_TEXTS} from '../../accounts/choice/account-verdict.ts'
import {toLocalTime} from '../../base/local-time.ts'

/** Says of each answer which account gave it and why, for example `stays` or `went-over; from="ada"; cause=usage_limit`. */
const REASON_HEADER = 'x-cao-reason'

/** Names the account that answers. */
const ACCOUNT_HEADER = 'x-cao-account'

const KINDS: Readonly<Record<Exclude<ChoiceReason['kind'], 'nobody' | 'went-over'>, string>> = {
  'back-first': 'no account could answer, and this one is back first',
  'first-in-order': 'it is the first in order',
  'higher-priority': 'it has a higher priority',
  'later-in-order': 'it is the next in order',
  'later-in-turn': 'it is the next in turn',
  'less-left': 'the accounts with more left could not answer',
  'lower-priority': 'the accounts with a higher priority could not answer',
  'most-left': 'it has the most left',
  'next-in-turn': 'it is next in turn',
  only: 'it is the only account',
  'only-usable': 'it is the only account that could answer',
  overflow:
    'every account has reached its usage limit, and the API key of the overflow costs money',
  preferred: 'it is preferred',
  stays: 'the conversation stays with it',
  'would-pay': 'it pays with credits, and no account has free quota',
}

const CAUSES: Readonly<Record<LeftCause, string>> = {
  ...REST_TEXTS,
  failed: 'could not answer this request',
  login_required: 'needs a new login',
  paused: 'is paused',
  reserve: 'keeps what is left in reserve',
}

/** For example `work answered: ada@example.com has reached its ChatGPT usage limit, and rests until Nov 30, 2026, 5:00 PM.` */
export function describeReason(reason: ChoiceReason): string {
  const {kind, label = 'an account that is gone', from, leftPercent, passedOver} = reason
  const others = passedOver.filter(({accountId}) => accountId !== from?.accountId).map(describeLeft)
  const aside = others.length === 0 ? '' : ` ${others.map((text) => `${text}.`).join(' ')}`
  if (kind === 'nobody') return `Nobody answered.${aside}`
  if (kind === 'went-over') return `${label} answered: ${from ? describeLeft(from) : ''}.${aside}`
  const left = leftPercent === undefined ? '' : ` (${Math.round(leftPercent)} %)`
  return `${label} answered: ${KINDS[kind]}${left}.${aside}`
}

function describeLeft({cause, label, untilMs}: LeftAccount): string {
  const until = untilMs === undefined ? '' : `, and rests until ${toLocalTime(untilMs)}`
  return `${label} ${CAUSES[cause]}${until}`
}

/** The same of what the history keeps, where the sentence itself is not: it says nothing else. */
export function describeKind(kind: string, label: string | undefined): string {
  const found = Object.entries(KINDS).find(([name]) => name === kind)
  return label === undefined || !found ? '' : `${label} answered: ${found[1]}.`
}

/**
 * The headers that say so on an answer: an item with parameters (RFC 9651). Letters that no header may have become `?`.
 */
export function toReasonHeaders(reason: ChoiceReason): Readonly<Record<string, string>> {
  const {kind, label, from, leftPercent, priority} = reason
  const parameters = {
    ...(leftPercent !== undefined && {left: `${Math.round(leftPercent)}`}),
    ...(priority !== undefined && {priority: `${priority}`}),
    ...(from && {from: toQuoted(from.label), cause: from.cause}),
    ...(from?.untilMs !== undefined && {until: toQuoted(new Date(from.untilMs).toISOString())}),
  }
  const text = Object.entries(parameters).map(([name, value]) => `; ${name}=${value}`)
  return {
    [REASON_HEADER]: `${kind}${text.join('')}`,
    ...(label !== undefined && {[ACCOUNT_HEADER]: toVisible(label)}),
  }
}

function toQuoted(text: string): string {
  return `"${toVisible(text).replaceAll(/["\\]/g, '')}"`
}

function toVisible(text: string): string {
  return text.replaceAll(/[^ -~]/gu, '?').slice(0, 100)
}
