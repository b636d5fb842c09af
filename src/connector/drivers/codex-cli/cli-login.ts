/**
 * What every login by the official CLI needs.
 *
 * @module
 */
import type {Clock} from '../../../base/clock.ts'
import type {LoginSteps} from '../../flow/flow-book.ts'

/** One login by the official CLI. */
export interface CliLogin extends Pick<LoginSteps, 'onCode' | 'signal'> {
  readonly program: string
  /** The CODEX_HOME that it logs in to. */
  readonly home: string
  readonly env: NodeJS.ProcessEnv
  readonly issuer: {readonly url: URL; readonly isDefault: boolean}
  readonly now: Clock
  readonly delay: (milliseconds: number, signal?: AbortSignal) => Promise<void>
}
