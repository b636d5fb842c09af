/**
 * What is left, as rows of a list.
 *
 * @module
 */
import {
  describeWindow,
  describeWindows,
  type KnownAccount,
} from '../../../accounts/choice/describe-account.ts'

/** How many pieces a bar has where there is room for it. */
const PIECES = 10

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** One thing that is known of an account's limits. */
export interface UsageRow {
  /** How much is left; absent for what is no window. */
  readonly bar?: string
  readonly text: string
}

/** Each window with a bar of what is left of it, then what else pays. @param pieces The length of a bar. Default 10. */
export function toUsageRows(
  {usage}: Pick<KnownAccount, 'usage'>,
  pieces = PIECES,
): readonly UsageRow[] {
  const windows = usage?.windows ?? []
  const others = describeWindows(usage).slice(windows.length)
  return [
    ...windows.map((window) => ({
      bar: toBar(100 - window.usedPercent, pieces),
      text: describeWindow(window),
    })),
    ...others.map((text) => ({text})),
  ]
}

/** A bar of `percent`, 0 to 100. What is left of a window that is not empty shows at least one piece. */
function toBar(percent: number, pieces: number): string {
  const full =
    percent <= 0 ? 0 : Math.min(pieces, Math.max(1, Math.round((percent * pieces) / 100)))
  return '█'.repeat(full) + '░'.repeat(pieces - full)
}

/** How long ago something was, for example `2 minutes ago`. */
export function toAge(milliseconds: number): string {
  const format = new Intl.RelativeTimeFormat('en', {numeric: 'always'})
  if (milliseconds < MINUTE_MS) return 'just now'
  if (milliseconds < HOUR_MS) return format.format(-Math.floor(milliseconds / MINUTE_MS), 'minute')
  if (milliseconds < DAY_MS) return format.format(-Math.floor(milliseconds / HOUR_MS), 'hour')
  return format.format(-Math.floor(milliseconds / DAY_MS), 'day')
}
