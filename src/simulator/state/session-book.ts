/**
 * Who is logged in, and which tokens are still good.
 *
 * @module
 */
import {randomBytes} from 'node:crypto'
import type {SimulatedAccount} from './simulated-account.ts'
import type {TokenSigner} from './token-signer.ts'

/** How long the access token of an app lives, in seconds. */
const APP_TOKEN_SECONDS = 3600

/** How long the refresh token of an app lives, in seconds. */
const APP_REFRESH_SECONDS = 30 * 86_400

/** What a login was granted for. */
export interface Grant {
  readonly account: SimulatedAccount
  readonly clientId: string
  readonly scope: string
  readonly nonce?: string | undefined
  /** Whether it is one of "Sign in with ChatGPT", whose tokens are for the API alone. */
  readonly isApp?: boolean
}

/** The answer of the token endpoint. */
export interface IssuedTokens {
  readonly id_token: string
  readonly access_token: string
  readonly refresh_token: string
  readonly token_type: 'Bearer'
  readonly expires_in: number
  readonly scope: string
  /** Only for apps: seconds since the Unix epoch. */
  readonly earliest_refresh_at?: number
}

/** Why a refresh token was not accepted. */
export type RefreshRefusal =
  | 'deactivated'
  | 'expired'
  | 'other_client'
  | 'reused'
  | 'revoked'
  | 'too_early'
  | 'unknown'

/** What a refresh came to. */
export type RefreshOutcome =
  | {readonly kind: 'issued'; readonly tokens: IssuedTokens}
  | {readonly kind: 'refused'; readonly reason: RefreshRefusal}

/** What checking an access token came to. */
export type AccessCheck =
  | {readonly kind: 'accepted'; readonly grant: Grant}
  | {readonly kind: 'expired' | 'revoked' | 'unreadable'}

/** Which tokens of an account to end. */
export interface TokenEnding {
  readonly tokens: 'access' | 'all' | 'refresh'
  readonly how: 'expire' | 'revoke'
}

/** Issues tokens and remembers what became of them. */
export interface SessionBook {
  /** Logs a user in. */
  start(grant: Grant, lifetimeSeconds?: number): Promise<IssuedTokens>
  /** Spends a refresh token, which works once. */
  refresh(refreshToken: string, clientId: string | undefined): Promise<RefreshOutcome>
  /** Ends the session that a refresh token or an access token belongs to. */
  revoke(token: string): Promise<void>
  /** Ends tokens that an account holds at this moment. */
  end(account: SimulatedAccount, ending: TokenEnding): void
  checkAccessToken(accessToken: string): Promise<AccessCheck>
  /** Whose refresh token this is. */
  findByRefreshToken(refreshToken: string): SimulatedAccount | undefined
  /** Forgets every token. */
  clear(): void
}

interface Session extends Grant {
  readonly id: string
}

type TokenState = 'current' | 'expired' | 'revoked' | 'used'

interface TokenRecord {
  readonly session: Session
  readonly expiresAtMs: number
  /** Before this, a refresh token of an app is refused, and stays good. */
  readonly usableAtMs?: number | undefined
  state: TokenState
}

interface TokenTables {
  readonly access: Map<string, TokenRecord>
  readonly refresh: Map<string, TokenRecord>
}

/** How a session book tells the time and signs. */
export interface SessionBookOptions {
  readonly signer: TokenSigner
  readonly now: () => number
  readonly refreshTokenLifetimeSeconds: number
  /** How long after its tokens came an app may refresh them. */
  readonly appRefreshAfterSeconds: number
}

/** Makes a session book with nobody logged in. */
export function createSessionBook(options: SessionBookOptions): SessionBook {
  const {signer, now} = options
  const tables: TokenTables = {access: new Map(), refresh: new Map()}

  const issue = createIssuer(options, tables)

  async function findSession(token: string): Promise<Session | undefined> {
    const refresh = tables.refresh.get(token)
    if (refresh) return refresh.session
    const read = await signer.read(token)
    return read.kind === 'valid' ? tables.access.get(read.id)?.session : undefined
  }

  return {
    start: (grant, lifetimeSeconds) =>
      issue({...grant, id: `authsess_${randomBytes(12).toString('hex')}`}, lifetimeSeconds),
    refresh: async (refreshToken, clientId) => {
      const record = tables.refresh.get(refreshToken)
      if (!record) return {kind: 'refused', reason: 'unknown'}
      const reason = toRefreshRefusal(record, {clientId, nowMs: now()})
      if (reason) return {kind: 'refused', reason}
      record.state = 'used'
      return {kind: 'issued', tokens: await issue(record.session)}
    },
    revoke: async (token) => {
      const session = await findSession(token)
      if (session) {
        const ending = {tokens: 'all', how: 'revoke'} as const
        endTokens(tables, ({id}) => id === session.id, ending)
      }
    },
    end: (account, ending) => endTokens(tables, (session) => session.account === account, ending),
    checkAccessToken: async (accessToken) => {
      const read = await signer.read(accessToken)
      if (read.kind !== 'valid') return read
      const record = tables.access.get(read.id)
      if (!record) return {kind: 'unreadable'}
      if (record.state === 'expired' || record.state === 'revoked') return {kind: record.state}
      return {kind: 'accepted', grant: record.session}
    },
    findByRefreshToken: (refreshToken) => tables.refresh.get(refreshToken)?.session.account,
    clear: () => {
      tables.access.clear()
      tables.refresh.clear()
    },
  }
}

type Issuer = (session: Session, lifetimeSeconds?: number) => Promise<IssuedTokens>

function createIssuer(
  {now, signer, ...lifetimes}: SessionBookOptions,
  tables: TokenTables,
): Issuer {
  return async (session, lifetimeSeconds) => {
    const {account, clientId, isApp = false, scope, nonce} = session
    const ownSeconds = isApp ? APP_TOKEN_SECONDS : account.accessTokenLifetimeSeconds
    const seconds = lifetimeSeconds ?? ownSeconds
    const facts = {
      account,
      clientId,
      isApp,
      scope,
      nonce,
      sessionId: session.id,
      lifetimeSeconds: seconds,
    }
    const signed = await signer.sign(facts)
    const refreshToken = `rt_${randomBytes(48).toString('base64url')}`
    const refreshSeconds = isApp ? APP_REFRESH_SECONDS : lifetimes.refreshTokenLifetimeSeconds
    const refreshExpiresAtMs = now() + refreshSeconds * 1000
    const earliest = Math.floor(now() / 1000) + lifetimes.appRefreshAfterSeconds
    tables.access.set(signed.accessTokenId, toRecord(session, now() + seconds * 1000))
    const usableAtMs = isApp ? earliest * 1000 : undefined
    tables.refresh.set(refreshToken, {...toRecord(session, refreshExpiresAtMs), usableAtMs})
    return {
      id_token: signed.idToken,
      access_token: signed.accessToken,
      refresh_token: refreshToken,
      token_type: 'Bearer',
      expires_in: seconds,
      scope,
      ...(isApp && {earliest_refresh_at: earliest}),
    }
  }
}

function endTokens(
  {access, refresh}: TokenTables,
  isMeant: (session: Session) => boolean,
  ending: TokenEnding,
): void {
  const tables = {access: [access], refresh: [refresh], all: [access, refresh]}
  for (const record of tables[ending.tokens].flatMap((table) => [...table.values()])) {
    // A token that was used up stays that, so that a second use is still seen.
    if (!isMeant(record.session) || record.state === 'used') continue
    record.state = ending.how === 'expire' ? 'expired' : 'revoked'
  }
}

function toRecord(session: Session, expiresAtMs: number): TokenRecord {
  return {session, expiresAtMs, state: 'current'}
}

function toRefreshRefusal(
  record: TokenRecord,
  attempt: {readonly clientId: string | undefined; readonly nowMs: number},
): RefreshRefusal | undefined {
  if (record.session.clientId !== attempt.clientId) return 'other_client'
  if (record.session.account.userDeactivated) return 'deactivated'
  if (record.state === 'used') return 'reused'
  if (record.state === 'revoked') return 'revoked'
  if (record.state === 'expired' || record.expiresAtMs <= attempt.nowMs) return 'expired'
  if ((record.usableAtMs ?? 0) > attempt.nowMs) return 'too_early'
  return undefined
}
