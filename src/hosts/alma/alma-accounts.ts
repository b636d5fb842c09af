/**
 * The account cards of the provider's settings.
 *
 * @module
 */
import type {Account} from '../../accounts/account.ts'
import type {Usage, UsageWindow} from '../../accounts/usage.ts'
import type {AlmaAccount} from './alma-api.ts'

/** Converts an account and what is known about its usage. */
export function toAlmaAccount(account: Account, usage: Usage | undefined): AlmaAccount {
  const {id, email} = account
  return {
    id,
    ...(email !== undefined && {email}),
    label: toLabel(account),
    ...(usage && {
      ...toLimit(usage),
      quota: {models: usage.windows.map(toQuota), lastUpdated: usage.takenAtMs},
    }),
  }
}

/** For example `ChatGPT Plus`. */
export function toPlanName(plan: string | undefined): string {
  if (plan === undefined) return 'ChatGPT'
  const words = plan.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1))
  return `ChatGPT ${words.join(' ')}`
}

function toLabel({plan, loginRequired}: Account): string {
  return loginRequired ? `${toPlanName(plan)} (press Connect to sign in again)` : toPlanName(plan)
}

/** An exhausted account is back when the last of its exhausted windows has reset. */
function toLimit({limitReached, windows}: Usage): Partial<AlmaAccount> {
  const exhausted = windows.filter(({usedPercent}) => usedPercent >= 100)
  if (!limitReached && exhausted.length === 0) return {}
  if (exhausted.length === 0) return {isRateLimited: true}
  const rateLimitResetAt = Math.max(...exhausted.map(({resetsAtMs}) => resetsAtMs))
  return {isRateLimited: true, rateLimitResetAt}
}

function toQuota({name, usedPercent, resetsAtMs}: UsageWindow) {
  return {name, percentage: 100 - usedPercent, resetTime: new Date(resetsAtMs).toISOString()}
}
