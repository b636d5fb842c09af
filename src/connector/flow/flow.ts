/**
 * One login that a user has started from a page.
 *
 * @module
 */
import type {ProblemCode} from '../connector-error.ts'

/**
 * How far a login is. `starting` and `pending` go on; all others are final.
 *
 * - `interrupted`: the process that waited for it has ended.
 * - `simulated`: a simulated login has come to its end. Nobody is logged in.
 */
export type FlowStatus =
  | 'cancelled'
  | 'expired'
  | 'failed'
  | 'interrupted'
  | 'pending'
  | 'simulated'
  | 'starting'
  | 'succeeded'

/** What the user types, and where. */
export interface UserCode {
  /** For example `ABCD-12345`; of any length. */
  readonly userCode: string
  readonly verificationUrl: string
  /** When the code stops working (milliseconds since the Unix epoch). */
  readonly expiresAtMs: number
}

/** The account that a login has connected. */
export interface FlowAccount {
  readonly email?: string
  /** ChatGPT's name of the plan, for example `plus`. */
  readonly plan?: string
  /** How a host refers to the account; it holds no secret. */
  readonly authRef: string
}

/** A login, as it is at one moment. It never holds a token. */
export interface Flow {
  /** Cannot be guessed: 192 random bits. */
  readonly id: string
  /** Who has started it; nobody else sees it. */
  readonly owner: string
  /** The accounts that it is for. There is one login at a time for each. */
  readonly home: string
  readonly status: FlowStatus
  readonly isSimulated: boolean
  /** Grows with each change. */
  readonly version: number
  /** Milliseconds since the Unix epoch. */
  readonly createdAtMs: number
  /** Milliseconds since the Unix epoch. */
  readonly updatedAtMs: number
  /** Only while it is pending. */
  readonly code?: UserCode
  /** Why it did not succeed. */
  readonly problem?: ProblemCode
  readonly account?: FlowAccount
}

/** Whether nothing changes any more. */
export function isFinal({status}: Pick<Flow, 'status'>): boolean {
  return status !== 'starting' && status !== 'pending'
}
