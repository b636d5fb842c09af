/**
 * Who logs in, and where.
 *
 * @module
 */
import type {User} from '../support/alma/user.ts'

/** One way to run the demo: with the stand-in for ChatGPT, or with the real one. */
export interface Visitor {
  /** What the demo says first. */
  readonly introduction: readonly string[]
  /** Where the plugin looks for ChatGPT. Empty for the real one. */
  readonly environment: Readonly<Record<string, string>>
  readonly user: User
  /** Goes with every question, unseen. */
  readonly hint: string
  /** Lets the account that was connected first reach its usage limit, then the second. Absent where it would be a real one. */
  spendQuota?(): void
  leave(): Promise<void>
}
