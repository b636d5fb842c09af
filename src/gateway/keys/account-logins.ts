/**
 * The official client shows no key but the access token of its own login. If that is a login of one of the gateway's
 * accounts, its user has shown enough.
 *
 * A token that the gateway has itself is known at once. The client may have logged in for itself: then the backend is
 * asked once whether the token works, as anybody can write down whose it is.
 *
 * @module
 */
import type {Account} from '../../accounts/account.ts'
import {toAccountId} from '../../accounts/account.ts'
import type {Clock} from '../../base/clock.ts'
import {decodePayload} from '../../base/jwt.ts'
import {AccountIdNotFoundError} from '../../errors.ts'
import {parseClaims} from '../../oauth/claims.ts'
import {timingSafeEqual} from 'node:crypto'
import {hash} from './client-key.ts'

/** What {@link AccountLogins} needs. */
export interface AccountLoginsOptions {
  /** The accounts, from memory. */
  readonly listAccounts: () => Promise<readonly Account[]>
  /** Asks the backend whether a token of this account works; `undefined` when it does not say. */
  readonly askWhetherItWorks: (
    account: Account,
    accessToken: string,
  ) => Promise<boolean | undefined>
  readonly now: Clock
}

/** How long the backend is not asked again, in milliseconds, when a token works and when it does not. */
const KNOWN_FOR_MS = 3_600_000
const REFUSED_FOR_MS = 60_000

/** More logins than one machine has. */
const MAX_KNOWN = 100

interface Answer {
  readonly works: Promise<boolean>
  readonly untilMs: number
}

/** Tells the logins of the gateway's accounts from others. */
export class AccountLogins {
  readonly #options: AccountLoginsOptions
  readonly #answers = new Map<string, Answer>()

  constructor(options: AccountLoginsOptions) {
    this.#options = options
  }

  /** Whether it is the access token of one of the accounts, and works. */
  async isKnown(accessToken: string): Promise<boolean> {
    const accounts = await this.#options.listAccounts()
    const shown = Buffer.from(accessToken)
    const isOurs = accounts.map(({tokens}) => isSame(tokens.accessToken, shown)).includes(true)
    if (isOurs) return true
    const account = accounts.find(({id}) => id === findOwner(accessToken))
    if (!account || Number(decodePayload(accessToken).exp) * 1000 < this.#options.now())
      return false
    return this.#ask(account, accessToken)
  }

  /** Requests at the same time share one question. */
  #ask(account: Account, accessToken: string): Promise<boolean> {
    const nowMs = this.#options.now()
    const name = `${account.id} ${hash(accessToken).toString('hex')}`
    const known = this.#answers.get(name)
    if (known && known.untilMs > nowMs) return known.works
    const works = this.#options.askWhetherItWorks(account, accessToken).then((answer) => {
      if (answer !== true) {
        this.#answers.set(name, {works, untilMs: answer === false ? nowMs + REFUSED_FOR_MS : 0})
      }
      return answer === true
    })
    this.#answers.delete(name)
    this.#answers.set(name, {works, untilMs: nowMs + KNOWN_FOR_MS})
    const [oldest] = this.#answers.keys()
    if (this.#answers.size > MAX_KNOWN && oldest !== undefined) this.#answers.delete(oldest)
    return works
  }
}

/** In a time that says no more than how long our tokens are, which is no secret. */
function isSame(ours: string, shown: Buffer): boolean {
  const known = Buffer.from(ours)
  return known.length === shown.length && timingSafeEqual(known, shown)
}

function findOwner(accessToken: string): string | undefined {
  try {
    return toAccountId(parseClaims({accessToken}))
  } catch (error) {
    if (error instanceof AccountIdNotFoundError) return undefined
    throw error
  }
}
