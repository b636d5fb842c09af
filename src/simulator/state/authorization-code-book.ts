/**
 * Authorization codes: they work once, for ten minutes, and for who asked for them.
 *
 * @module
 */
import {createHash, randomBytes} from 'node:crypto'
import type {Grant} from './session-book.ts'

const LIFETIME_MS = 10 * 60_000

/** What a code was given for. */
export interface CodeGrant extends Grant {
  /** The redirect URIs that the exchange may name. */
  readonly redirectUris: readonly string[]
  /** Base64url SHA-256 of the verifier. */
  readonly codeChallenge: string
}

/** What a client sends to exchange a code. */
export interface CodeExchange {
  readonly code: string
  readonly clientId: string | undefined
  readonly redirectUri: string | undefined
  readonly codeVerifier: string | undefined
}

/** What redeeming a code came to. The reason is a sentence for the developer of the client. */
export type CodeOutcome =
  | {readonly kind: 'redeemed'; readonly grant: CodeGrant}
  | {readonly kind: 'refused'; readonly reason: string}

/** Codes that were given out. */
export interface AuthorizationCodeBook {
  create(grant: CodeGrant): string
  /** Uses a code up, also when the exchange is refused. */
  redeem(exchange: CodeExchange): CodeOutcome
}

interface CodeRecord {
  readonly grant: CodeGrant
  readonly expiresAtMs: number
  isUsed: boolean
}

/** Makes a code book without codes. */
export function createAuthorizationCodeBook(now: () => number): AuthorizationCodeBook {
  const codes = new Map<string, CodeRecord>()
  return {
    create: (grant) => {
      const code = `ac_${randomBytes(32).toString('base64url')}`
      codes.set(code, {grant, expiresAtMs: now() + LIFETIME_MS, isUsed: false})
      return code
    },
    redeem: (exchange) => {
      const record = codes.get(exchange.code)
      if (!record) return refuse('The authorization code is unknown.')
      if (record.isUsed) return refuse('The authorization code was used already.')
      record.isUsed = true
      if (record.expiresAtMs <= now()) return refuse('The authorization code has expired.')
      return checkExchange(record.grant, exchange)
    },
  }
}

/** The S256 code challenge of a verifier. */
export function toCodeChallenge(codeVerifier: string): string {
  return createHash('sha256').update(codeVerifier).digest('base64url')
}

function checkExchange(grant: CodeGrant, exchange: CodeExchange): CodeOutcome {
  if (exchange.clientId !== grant.clientId) {
    return refuse('The client_id is not the one that asked for the authorization code.')
  }
  if (!grant.redirectUris.includes(exchange.redirectUri ?? '')) {
    return refuse('The redirect_uri is not the one of the authorization request.')
  }
  if (toCodeChallenge(exchange.codeVerifier ?? '') !== grant.codeChallenge) {
    return refuse('The code_verifier does not match the code_challenge.')
  }
  return {kind: 'redeemed', grant}
}

function refuse(reason: string): CodeOutcome {
  return {kind: 'refused', reason}
}
