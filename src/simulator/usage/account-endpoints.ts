/**
 * What the backend tells about an account: its limits, and where its workspace lives.
 *
 * @module
 */
import {authenticate} from '../auth/authenticate.ts'
import type {Exchange, Simulation} from '../state/simulation.ts'
import {readUsage, toUsageBody} from './usage-report.ts'

/** `GET /wham/usage`, and `GET /codex/usage`. */
export async function answerUsage(exchange: Exchange, simulation: Simulation): Promise<Response> {
  const account = await authenticate(exchange, simulation)
  if (account instanceof Response) return account
  const {laggingUsage = toUsageBody(account, readUsage(account, simulation.now()))} = account
  return Response.json(laggingUsage)
}

/**
 * `GET /wham/accounts/check`. The official CLI asks it before its first request, and needs an HTTPS
 * origin even when it talks to a loopback address.
 */
export async function answerAccountsCheck(
  exchange: Exchange,
  simulation: Simulation,
): Promise<Response> {
  const account = await authenticate(exchange, simulation)
  if (account instanceof Response) return account
  const {accountId, plan, userId} = account
  return Response.json({
    accounts: [
      {
        id: accountId,
        account_user_id: `${userId}__${accountId}`,
        structure: ['team', 'business', 'enterprise', 'edu'].includes(plan)
          ? 'workspace'
          : 'personal',
        plan_type: plan,
        name: null,
        profile_picture_url: null,
        is_deactivated: account.deactivated,
        workspace_backend_origin: 'https://chatgpt.com',
        account_routing_override: 'NO_CONSTRAINT',
      },
    ],
    account_ordering: [accountId],
    default_account_id: accountId,
  })
}
