import type {TokenSet} from '../../../src/oauth/token-set.ts'
import {toJwt} from '../servers/fake-token-endpoint.ts'

/** Whose login it is. */
export interface LoginOptions {
  readonly user: string
  readonly workspace?: string
  /** Tells the logins of one account apart. Default 1. */
  readonly serial?: number
  /** Seconds since the Unix epoch. */
  readonly exp?: unknown
}

/** The tokens of a login that exists only in a test. */
export function buildLogin({user, workspace = 'team', serial = 1, exp}: LoginOptions): TokenSet {
  const seconds = exp ?? 2_000_000_000
  const auth = {
    chatgpt_account_id: workspace,
    chatgpt_user_id: user,
    chatgpt_plan_type: 'plus',
  }
  const claims = {
    sub: user,
    exp: seconds,
    jti: serial,
    email: `${user}@example.com`,
    'https://api.openai.com/auth': auth,
  }
  return {
    accessToken: toJwt(claims),
    refreshToken: `refresh-${user}-${serial}`,
    idToken: toJwt({...claims, aud: 'id'}),
    expiresAtMs: 2_000_000_000_000,
  }
}

/** The text of the CLI's `auth.json` with a login in it. */
export function buildAuthFile(
  login: TokenSet,
  {accountId = 'team', ...more}: {readonly accountId?: unknown} & Record<string, unknown> = {},
): string {
  const tokens = {
    id_token: login.idToken,
    access_token: login.accessToken,
    refresh_token: login.refreshToken,
    account_id: accountId,
  }
  const file = {
    auth_mode: 'chatgpt',
    OPENAI_API_KEY: null,
    tokens,
    last_refresh: '2026-11-20T08:22:52.409082160Z',
    ...more,
  }
  return JSON.stringify(file, undefined, 2)
}
