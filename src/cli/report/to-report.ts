/**
 * A report to post in an issue: it names no user, no account of ChatGPT and no folder of this machine.
 *
 * @module
 */
import {LOGIN_REQUIRED_REASONS} from '../../errors.ts'
import type {AccountRecord} from '../accounts/account-record.ts'
import {mapTexts} from '../map-texts.ts'
import {toCooldown, toExpiry, toLastQuota, toLeft, toLogin} from '../accounts/describe-record.ts'

/** The time of the report, and the folders that it must not name. */
export interface ReportOptions {
  readonly nowMs: number
  /** Shown as `~`. */
  readonly userHome: string
  /** The folder of the accounts, shown as `<accounts>` where it is not in the home. */
  readonly base: string
  readonly versions: Versions
}

/** The programs that a problem may be one of. */
export interface Versions {
  readonly cao: string
  readonly node: string
  /** Operating system and processor. */
  readonly system: string
  readonly codex: string
}

/** The report as Markdown. */
export function toMarkdown(records: readonly AccountRecord[], options: ReportOptions): string[] {
  const {nowMs} = options
  const safe = toSafeRecords(records, options)
  return [
    '# CAO Account Report',
    '',
    `Generated: ${new Date(nowMs).toISOString()}`,
    '',
    '| Account | Default | Login | Token Expires | Cooldown | Last Quota | Failures |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...safe.map((record) =>
      toRow([
        record.name,
        record.isDefault ? 'yes' : 'no',
        toLogin(record),
        toExpiry(record, nowMs),
        toCooldown(record, nowMs),
        toLastQuota(record, nowMs),
        String(record.consecutiveFailures),
      ]),
    ),
    '',
    '| Account | Plan | Left |',
    '| --- | --- | --- |',
    ...safe.map(({name, plan, usage}) => {
      const left = (usage?.windows ?? []).map(toLeft).join(', ')
      return toRow([name, plan ?? 'unknown', left === '' ? 'unknown' : left])
    }),
    '',
    '| Program | Version |',
    '| --- | --- |',
    ...Object.entries(options.versions).map(([program, version]) => toRow([program, version])),
  ]
}

function toRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`
}

/** The report as JSON. */
export function toReport(records: readonly AccountRecord[], options: ReportOptions) {
  return {
    generatedAt: new Date(options.nowMs).toISOString(),
    accounts: toSafeRecords(records, options),
    versions: options.versions,
  }
}

/** Names that say nothing about the user. Any other may be made of an e-mail address. */
const PLAIN_NAME =
  /^(?:[a-z]|account|backup|business|chatgpt|codex|company|default|free|home|job|main|new|office|old|openai|personal|plus|private|pro|second|side|spare|team|test|work)(?:[-_]?\d{1,3})?$/i

/** The plans of ChatGPT. */
const PLANS =
  /^(?:free|free_workspace|go|guest|plus|pro|prolite|team|business|enterprise|edu|education|k12|quorum|self_serve_business_usage_based|enterprise_cbp_usage_based)$/

/** The limits that the backend has for everybody. */
const LIMITS = /^(?:codex|gpt|code_review)(?:[-_][a-z0-9.]{1,16}){0,4}$/

/** What limits a login, without what the file says. */
const LOGIN_LIMIT = /^(?:the Codex CLI cannot read auth\.json|no refresh token)/

/** What stands in place of a text. */
const HIDDEN = '(left out)'

/** Codes of our own: kinds of logins, and why one has ended. */
const CODES: ReadonlySet<string> = new Set([
  'chatgpt',
  'api_key',
  'damaged',
  'missing',
  'other',
  'unreadable',
  ...LOGIN_REQUIRED_REASONS,
])

/** The one place that decides what of an account may be posted: every text is made anew, or left out. */
function toSafeRecords(
  records: readonly AccountRecord[],
  options: ReportOptions,
): readonly AccountRecord[] {
  return records.map((record, index) => {
    const {loginRequired, usage} = record
    const name = PLAIN_NAME.test(record.name) ? record.name : `hidden-${index + 1}`
    const folder = toSafeFolder(record, name, options)
    return {
      ...mapTexts(record, toSafeText),
      name,
      accountId: toHint(record.accountId),
      organizationId: toHint(record.organizationId),
      email: record.email === null ? null : HIDDEN,
      plan: record.plan === null || PLANS.test(record.plan) ? record.plan : 'other',
      accountDir: folder,
      authFilePath: `${folder}/auth.json`,
      loginLimits: record.loginLimits.map((text) => LOGIN_LIMIT.exec(text)?.[0] ?? HIDDEN),
      lastError: toHiddenText(record.lastError),
      usageError: toHiddenText(record.usageError),
      loginRequired: loginRequired && {
        ...mapTexts(loginRequired, toSafeText),
        rotatedBy: toHiddenText(loginRequired.rotatedBy),
      },
      usage: usage && {
        ...mapTexts(usage, toSafeText),
        windows: usage.windows.map((window) => ({
          ...window,
          limit: LIMITS.test(window.limit) ? window.limit : 'other',
        })),
      },
    }
  })
}

const TIME = /^\d{4}-\d\d-\d\dT[\d:.]{8,12}Z$/

/** Times and codes stay. */
function toSafeText(text: string): string {
  return TIME.test(text) || CODES.has(text) ? text : HIDDEN
}

/** Free text may name anybody: a workspace, a folder, an account. Its length tells two of them apart. */
function toHiddenText(text: string | null): string | null {
  return text === null ? null : `(left out: ${text.length} characters)`
}

function toHint(id: string | null): string | null {
  return id === null ? null : HIDDEN
}

function toSafeFolder(
  {accountDir}: AccountRecord,
  name: string,
  {base, userHome}: ReportOptions,
): string {
  const isUsual = base === `${userHome}/.codex-account-orchestrator`
  const isInside = accountDir.startsWith(base)
  return `${isUsual ? '~/.codex-account-orchestrator' : '<accounts>'}/${isInside ? name : '<elsewhere>'}`
}
