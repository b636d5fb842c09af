/**
 * What can happen to an account while the simulator runs.
 *
 * @module
 */
import * as z from 'zod'
import type {SimulatedAccount} from '../state/simulated-account.ts'
import type {Simulation} from '../state/simulation.ts'
import {readUsage, toUsageBody} from '../usage/usage-report.ts'

const windowChangeSchema = z.strictObject({
  usedPercent: z.number().min(0).max(100),
  /** When it empties, from now. Default: when it would have anyway. */
  resetAfterSeconds: z.number().positive().optional(),
})

/** A change, and the account that it is for. */
export const accountChangeSchema = z.strictObject({
  /** Email or workspace id. */
  email: z.string(),
  plan: z.string().min(1).optional(),
  olderModels: z.boolean().optional(),
  deactivated: z.boolean().optional(),
  userDeactivated: z.boolean().optional(),
  /** The cap of apps: requests a week, of which none are used; `null` for no cap. */
  appRequestsPerWeek: z.int().min(0).nullable().optional(),
  /** Whether the refusal of an app that is at its cap says until when. */
  appTellsReset: z.boolean().optional(),
  /** How full the first window is. */
  primary: windowChangeSchema.optional(),
  /** How full the second window is. */
  secondary: windowChangeSchema.optional(),
  /** `lagging` answers the question for the usage with what is true now, until it is `live` again. */
  usage: z.enum(['lagging', 'live']).optional(),
  /** Ends the access tokens that exist now. */
  accessTokens: z.enum(['expire', 'revoke']).optional(),
  /** Ends the refresh tokens that exist now. */
  refreshTokens: z.enum(['expire', 'revoke']).optional(),
  /** Revokes every token that exists now. */
  signOut: z.literal(true).optional(),
})

/** A change of an account. */
export type AccountChange = Omit<z.infer<typeof accountChangeSchema>, 'email'>

type WindowChange = z.infer<typeof windowChangeSchema>

/** Applies a change. What it does not name stays as it is. */
export function changeAccount(
  account: SimulatedAccount,
  change: AccountChange,
  {now, sessions}: Simulation,
): void {
  account.plan = change.plan ?? account.plan
  account.olderModels = change.olderModels ?? account.olderModels
  account.deactivated = change.deactivated ?? account.deactivated
  account.userDeactivated = change.userDeactivated ?? account.userDeactivated
  changeAllowance(account, change)
  if (change.usage === 'live') account.laggingUsage = undefined
  if (change.usage === 'lagging') {
    account.laggingUsage = toUsageBody(account, readUsage(account, now()))
  }
  for (const [index, windowChange] of [change.primary, change.secondary].entries()) {
    if (windowChange) fillWindow(account, index, {windowChange, nowMs: now()})
  }
  if (change.accessTokens) sessions.end(account, {tokens: 'access', how: change.accessTokens})
  if (change.refreshTokens) sessions.end(account, {tokens: 'refresh', how: change.refreshTokens})
  if (change.signOut) sessions.end(account, {tokens: 'all', how: 'revoke'})
}

function changeAllowance(
  {app}: SimulatedAccount,
  {appRequestsPerWeek, appTellsReset}: AccountChange,
): void {
  app.tellsReset = appTellsReset ?? app.tellsReset
  if (appRequestsPerWeek === undefined) return
  app.requestsPerWeek = appRequestsPerWeek ?? undefined
  app.requests = 0
  app.resetAtMs = undefined
}

function fillWindow(
  {windows}: SimulatedAccount,
  index: number,
  {windowChange, nowMs}: {readonly windowChange: WindowChange; readonly nowMs: number},
): void {
  const window = windows[index]
  if (!window) return
  const {resetAfterSeconds = window.minutes * 60} = windowChange
  window.usedPercent = windowChange.usedPercent
  const isNew = windowChange.resetAfterSeconds !== undefined || window.resetAtMs === undefined
  if (isNew) window.resetAtMs = nowMs + resetAfterSeconds * 1000
}
