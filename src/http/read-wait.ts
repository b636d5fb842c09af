/**
 * How long to wait, and until when, in every form in which servers say it: numbers, dates and words.
 *
 * All of it is read from text of others, so every text is cut first and every expression is bounded.
 *
 * @module
 */

/** The longest wait that is believed, in milliseconds: a month, the longest window there is. */
export const MAX_WAIT_MS = 31 * 86_400_000

/** The most of a text that is looked at, in characters. */
const MAX_CHARACTERS = 2000

/** How far a word may stand from the time that it is about, in characters. */
const CONTEXT = 80

/** A number below it is no point in time, whatever its unit. */
const MIN_EPOCH_SECONDS = 1e9

const UNITS_MS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
  ['w', 7 * 86_400_000],
  ['mo', 30 * 86_400_000],
])

const WORDS: readonly string[] = 'zero one two three four five six seven eight nine ten'.split(' ')

const UNIT =
  'milliseconds?|millis|msecs?|ms|months?|minutes?|mins?|m|seconds?|secs?|s|hours?|hrs?|h|days?|d|weeks?|wks?|w'
const AMOUNT = `(?:\\d{1,3}(?:,\\d{3}){1,4}|\\d{1,15}(?:\\.\\d{1,9})?)[\\s-]?|\\b(?:an?|${WORDS.join('|')})[\\s-]`
const PART = `(${AMOUNT})(${UNIT})(?![a-z])`
const PARTS = new RegExp(PART, 'gi')
const DURATION = new RegExp(
  `(?<![\\w.,-])${PART}(?:[\\s,]{0,3}(?:and\\s{1,3})?${PART}){0,6}|(?<![\\w.:-]|\\bat )\\d{1,3}:[0-5]\\d:[0-5]\\d(?![\\w:]|\\s?(?:[ap]m|utc|gmt)\\b)|\\bP(?=[\\dT])[\\dWDTHMS.]{2,40}(?!\\w)`,
  'gi',
)
const ISO_DURATION =
  /^P(?:(\d{1,9}(?:\.\d{1,9})?)W)?(?:(\d{1,9}(?:\.\d{1,9})?)D)?(?:T(?:(\d{1,9}(?:\.\d{1,9})?)H)?(?:(\d{1,9}(?:\.\d{1,9})?)M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?)?$/i

const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}'
const CLOCK = '\\d{1,2}:\\d\\d(?::\\d\\d(?:\\.\\d{1,9})?)?(?:\\s?[ap]m\\b)?'
const ZONE = '(?:\\s?(?:Z|UTC|GMT|[+-]\\d\\d:?\\d\\d)\\b)?'
const MOMENT = new RegExp(
  [
    `\\d{4}-\\d\\d-\\d\\d(?:[T ]${CLOCK})?${ZONE}`,
    `\\d{1,2}[ -]${MONTH}[ -]\\d{2,4},?(?: (?:at )?${CLOCK})?${ZONE}`,
    `${MONTH}\\.? \\d{1,2}(?:st|nd|rd|th)?,? \\d{4},?(?: (?:at )?${CLOCK})?${ZONE}`,
    '(?<![\\w.-])1\\d{9}(?:\\d{3})?(?![\\w-])',
    `(?<![\\w.:-])${CLOCK}\\s?(?:Z|UTC|GMT)\\b`,
  ].join('|'),
  'gi',
)

/** Words behind which a time says when to come back. */
const BEFORE =
  /\b(?:try|trying|retry\w{0,4}|again|wait\w{0,3}|resets?|renews?|refresh\w{0,3}|resumes?|available|back|unblocked|lifted|expires?|until|cool\w{0,6}|limited|blocked|paused?|throttled|delay|slow)\b[^.!?;\n]{0,60}$/i
/** Words behind which it says something else. */
const NOT = /\b(?:per|every|each|last|past|took|timed out after|timeout of)\s{0,3}$/i
/** Words before which it says when to come back. */
const AFTER =
  /^[^.!?;\n]{0,40}\b(?:try|retry|again|wait|before|until|remain\w{0,4}|left|resets?)\b/i
/** A number without a unit counts seconds. */
const BARE =
  /\b(?:retry[-_ ]after|again (?:in|after)|wait)[:= ]{1,3}(\d{1,9}(?:\.\d{1,9})?)(?![\w:-]|\.\d)/i

/**
 * Reads a field or a header that holds nothing but a wait, or the time until which to wait.
 *
 * @param unitMs What a number counts, in milliseconds. Default: seconds.
 * @returns Milliseconds from `nowMs`, from 0 to {@link MAX_WAIT_MS}; `undefined` when it says nothing.
 */
export function readWait(value: unknown, nowMs: number, unitMs = 1000): number | undefined {
  const amount = toFinite(value)
  if (amount !== undefined && Math.abs(amount) < MIN_EPOCH_SECONDS * (1000 / unitMs)) {
    return clamp(amount * unitMs)
  }
  const momentMs = readMoment(value)
  if (momentMs !== undefined) return clamp(momentMs - nowMs)
  // More than a time can be, and still a wait.
  if (amount !== undefined) return clamp(amount)
  const text = typeof value === 'string' ? value.trim().slice(0, MAX_CHARACTERS) : ''
  const [duration] = text.match(DURATION) ?? []
  return duration === text ? toMs(duration) : undefined
}

/**
 * Reads a point in time: a count of seconds or of their thousandths since the Unix epoch, or a date. One without a
 * zone is in UTC.
 *
 * @returns Milliseconds since the Unix epoch.
 */
export function readMoment(value: unknown): number | undefined {
  let amount = toFinite(value)
  if (amount !== undefined) {
    if (amount < MIN_EPOCH_SECONDS || amount > 1e21) return undefined
    // Milliseconds, and what counts even finer.
    while (amount >= 1e11) amount /= 1000
    return amount * 1000
  }
  const text = typeof value === 'string' ? value.trim().slice(0, MAX_CHARACTERS) : ''
  const day = /^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},?\s{1,3}/i
  const date = text.replace(day, '')
  const [moment] = date.match(MOMENT) ?? []
  return moment !== undefined && moment === date ? toEpochMs(moment) : undefined
}

/**
 * Finds in a sentence how long to wait, for example in `Please try again in 3 days 4 hours.`
 *
 * @returns Milliseconds from `nowMs`, from 0 to {@link MAX_WAIT_MS}; `undefined` when it says nothing.
 */
export function findWait(sentence: string, nowMs: number): number | undefined {
  const text = sentence.slice(0, MAX_CHARACTERS)
  const moments = [...text.matchAll(MOMENT)].flatMap((match) => {
    const momentMs = toFoundMs(match[0], nowMs)
    return momentMs === undefined ? [] : [toFound(text, match, clamp(momentMs - nowMs))]
  })
  // The time of a date is no duration.
  const rest = text.replaceAll(MOMENT, (moment) => '_'.repeat(moment.length))
  const durations = [...rest.matchAll(DURATION)].flatMap((match) => {
    const waitMs = toMs(match[0])
    return waitMs === undefined ? [] : [toFound(text, match, waitMs)]
  })
  const found = [...moments, ...durations].toSorted((one, other) => one.index - other.index)
  const best = found.find(({isBehind}) => isBehind) ?? found.find(({isAhead}) => isAhead)
  if (best) return best.waitMs
  const [, seconds] = BARE.exec(rest) ?? []
  return seconds === undefined ? undefined : clamp(Number(seconds) * 1000)
}

/** What {@link MOMENT} found; a time without a day is the next one. */
function toFoundMs(moment: string, nowMs: number): number | undefined {
  if (/^\d+$/.test(moment)) return readMoment(moment)
  if (!/^\d{1,2}:/.test(moment)) return toEpochMs(moment)
  const today = new Date(nowMs).toISOString().slice(0, 10)
  const todayMs = toEpochMs(`${today} ${moment.replace(/^\d:/, '0$&')}`)
  return todayMs === undefined || todayMs > nowMs ? todayMs : todayMs + 86_400_000
}

interface Found {
  readonly index: number
  readonly waitMs: number
  /** Whether the words before it say that it is meant. */
  readonly isBehind: boolean
  /** Whether those after it do. */
  readonly isAhead: boolean
}

function toFound(text: string, match: RegExpExecArray, waitMs: number): Found {
  const {index} = match
  const end = index + match[0].length
  const before = text.slice(Math.max(0, index - CONTEXT), index)
  const isOther = NOT.test(before)
  const isBehind = !isOther && BEFORE.test(before)
  const isAhead = !isOther && AFTER.test(text.slice(end, end + CONTEXT))
  return {index, waitMs, isBehind, isAhead}
}

/** What {@link DURATION} found. */
function toMs(duration: string): number | undefined {
  if (/^P/i.test(duration)) {
    const [, ...amounts] = ISO_DURATION.exec(duration) ?? []
    const unitsMs = ['w', 'd', 'h', 'm', 's'].map((unit) => UNITS_MS.get(unit) ?? 0)
    if (!amounts.some((amount) => amount !== undefined)) return undefined
    return clamp(unitsMs.reduce((sum, ms, index) => sum + Number(amounts[index] ?? 0) * ms, 0))
  }
  if (duration.includes(':')) {
    const [hours = 0, minutes = 0, seconds = 0] = duration.split(':').map(Number)
    return clamp(((hours * 60 + minutes) * 60 + seconds) * 1000)
  }
  const parts = [...duration.matchAll(PARTS)]
  return clamp(
    parts.reduce((sum, [, amount, unit]) => sum + toCount(amount ?? '') * toUnitMs(unit ?? ''), 0),
  )
}

function toCount(amount: string): number {
  const word = amount.replace(/[\s-]$/, '').toLowerCase()
  if (word === 'a' || word === 'an') return 1
  const place = WORDS.indexOf(word)
  return place === -1 ? Number(word.replaceAll(',', '')) : place
}

function toUnitMs(unit: string): number {
  const word = unit.toLowerCase()
  const short = /^(?:ms|mil)/.test(word) ? 'ms' : word.startsWith('mo') ? 'mo' : word.charAt(0)
  return UNITS_MS.get(short) ?? 0
}

/** What {@link MOMENT} found, unless it is a number. */
function toEpochMs(moment: string): number | undefined {
  const plain = moment
    .replace(/(\d)(?:st|nd|rd|th)\b/i, '$1')
    .replace(/ at /i, ' ')
    .replace(/(\d{4}-\d\d-\d\d) (?!.*[ap]m)/i, '$1T')
    .replace(/(\d)\s?([ap]m)/i, '$1 $2')
  const zoned = new RegExp(`(?:Z|UTC|GMT|:\\d\\d.*[+-]\\d\\d:?\\d\\d)$`, 'i').test(plain)
  const iso = plain.replace(/(T[\d:.]{4,20})\s?(?:UTC|GMT)$/i, '$1Z')
  const utc = iso.includes('T') && /^\d{4}-/.test(iso) ? `${iso}Z` : `${iso} UTC`
  const ms = Date.parse(zoned ? iso : utc)
  return Number.isNaN(ms) ? undefined : ms
}

function toFinite(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  const text = typeof value === 'string' ? value.trim() : ''
  if (text.length > 40 || !/^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text)) return undefined
  return toFinite(Number(text))
}

function clamp(waitMs: number): number {
  return Math.min(MAX_WAIT_MS, Math.max(0, waitMs))
}
