/**
 * Where the accounts are that a page connects, and what a page may know of them.
 *
 * @module
 */
import type {FlowAccount} from '../flow/flow.ts'
import type {DriverResult} from '../drivers/login-driver.ts'
import type {PlaceLocation} from '../drivers/place-location.ts'

/** What is left of one usage limit. */
export interface WindowLeft {
  /** For example `5 h` or `weekly`. */
  readonly window: string
  /** 0 to 100. */
  readonly leftPercent: number
  /** Milliseconds since the Unix epoch. */
  readonly resetsAtMs?: number
}

/** Whether there is a login, and whose. It never holds a token. */
export interface AccountState {
  readonly isAuthenticated: boolean
  readonly method: 'api_key' | 'chatgpt' | 'none'
  /** Why a login that is there does not count. */
  readonly problem?: 'login_required' | 'storage_failed'
  readonly account?: FlowAccount
  /** Whether the server has answered a request of this login, or a login has just succeeded. */
  readonly isVerified: boolean
  /** Absent until the server was asked. */
  readonly windows?: readonly WindowLeft[]
}

/** How the state is asked for. */
export interface StateOptions {
  /** Asks the server, which takes a moment. What it has said within a minute is not asked again. */
  readonly verify?: boolean
  readonly signal?: AbortSignal
}

/** The accounts of one user, or of all of them. */
export interface AccountPlace {
  /** Tells places apart: there is one login at a time for each. */
  readonly key: string
  readonly location: PlaceLocation
  /** The account that is used first. */
  state(options?: StateOptions): Promise<AccountState>
  /**
   * Stores what a login has brought.
   *
   * @throws {StorageError} It could not be written; what was there is kept.
   */
  keep(result: DriverResult): Promise<FlowAccount>
  /**
   * Refreshes the tokens of the account that is used first.
   *
   * @throws {ConnectorError} `account_required`: there is none. `login_required`: only a new login helps.
   */
  refresh(signal?: AbortSignal): Promise<FlowAccount>
  /**
   * Logs out of the account that is used first, here and at the server.
   *
   * @returns Whether there was one.
   */
  logOut(): Promise<boolean>
  close(): void
}
