/**
 * The code of a refusal that has none, by its words.
 *
 * @module
 */

/** The backend sends this refusal with and without its code. */
const FOREIGN_REASONING = /encrypted content [^]{0,300}could not be (?:decrypted|parsed|verified)/i

const CLOSED =
  'deactivated|disabled|suspended|banned|terminated|flagged|deleted|locked|deactivation'
const HOLDER = 'account|workspace|organi[sz]ation|user'

/** The most of a text that is looked at, in characters. */
const MAX_CHARACTERS = 4000

/** What was asked, not who asked. */
const ASKED =
  /\b(?:prompt|request|content|message|input|conversation|image)s?\b[^.!?\n]{0,40}\b(?:flagged|blocked)\b/i

/** By whom the code is said, and the words that mean it. The first that fits counts. */
const CODES: readonly (readonly [code: string, words: RegExp])[] = [
  [
    'usage_limit_reached',
    /\busage limit (?:has been |was |is )?(?:reached|exceeded|hit)\b|\b(?:hit|reached|exceeded) (?:your|the|its) (?:\w{1,20} ){0,3}usage limit\b/i,
  ],
  ['content_policy_violation', ASKED],
  [
    'account_deactivated',
    new RegExp(
      `\\b(?:${HOLDER})\\b[^.!?\\n]{0,60}\\b(?:${CLOSED})\\b|\\b(?:deactivated|suspended|banned|flagged) (?:${HOLDER})\\b`,
      'i',
    ),
  ],
  [
    'usage_not_included',
    /\bplan does not include codex\b|\bcodex is not (?:included|available|enabled)\b[^.!?\n]{0,40}\b(?:plan|account|workspace|subscription)\b|\bto use codex with your chatgpt plan\b/i,
  ],
  [
    'model_not_supported',
    /\bmodel is not supported when using codex with a chatgpt account\b|\bmodel\b[^\n]{0,100}\b(?:you do not have access to it|not (?:available|included) (?:for|in|on|with) (?:your|this) (?:plan|account|subscription))\b/i,
  ],
  [
    'token_invalidated',
    /^unauthorized\b|\bauthentication token\b|\b(?:sign|log)(?:ing)?[ -]?in again\b|\btoken (?:has |is |was )?(?:been )?(?:invalidated|expired|revoked|invalid)\b|\bsession (?:has |was )?(?:been )?(?:expired|ended|revoked)\b/i,
  ],
]

/** Statuses with which words are about something that only words say. An event may have none. */
const STATUSES = new Set<number | undefined>([undefined, 400, 401, 402, 403, 404, 409, 422, 429])

/**
 * Finds what the words mean.
 *
 * @param status The status that they came with; `undefined` inside a 200.
 */
export function findCode(text: string, status: number | undefined): string | undefined {
  const words = text.slice(0, MAX_CHARACTERS)
  if (!STATUSES.has(status)) return undefined
  const [code] = CODES.find(([, pattern]) => pattern.test(words)) ?? []
  if (code !== undefined) return code
  return status === 403 && /\bflagged\b/i.test(words) ? 'account_flagged' : undefined
}

/** Whether reasoning was sent that was made in another organisation. */
export function isForeignReasoning(words: string): boolean {
  return FOREIGN_REASONING.test(words.slice(0, MAX_CHARACTERS))
}
