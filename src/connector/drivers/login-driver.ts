/**
 * One way to log in with a code.
 *
 * @module
 */
import type {TokenSet} from '../../oauth/token-set.ts'
import type {LoginSteps} from '../flow/flow-book.ts'
import type {PlaceLocation} from './place-location.ts'

/** What a login has brought. */
export type DriverResult =
  /** Tokens, which still have to be stored. */
  | {readonly kind: 'tokens'; readonly tokens: TokenSet}
  /** The text of an `auth.json` that the official CLI has written, which still has to be stored. */
  | {readonly kind: 'auth-file'; readonly text: string}
  /** The official CLI has stored it where it keeps logins. */
  | {readonly kind: 'stored'}
  /** Nothing: it was a simulation. */
  | {readonly kind: 'simulated'}

/** Logs in, and shows a code on the way. */
export interface LoginDriver {
  readonly isSimulated: boolean
  /**
   * @throws {ConnectorError} It did not work; the code says why.
   * @throws {CodexError} The same, of our own client.
   * @throws The signal's reason, when it is aborted.
   */
  logIn(
    location: PlaceLocation,
    steps: Pick<LoginSteps, 'onCode' | 'signal'>,
  ): Promise<DriverResult>
  /**
   * Stores an API key where the official CLI keeps its login. Absent where there is no CLI.
   *
   * @throws {ConnectorError} It did not work; the code says why.
   */
  logInWithApiKey?(location: PlaceLocation, apiKey: string): Promise<void>
  /**
   * What the official CLI says of a login that it keeps in the keyring of the system; `undefined` where logins are
   * kept in files.
   */
  readKeyring?(location: PlaceLocation): Promise<'api_key' | 'chatgpt' | 'none' | undefined>
  /** The official CLI that does it. Absent where there is none. */
  findCli?(): Promise<CliInfo>
}

/** The official CLI, as far as it is there. */
export interface CliInfo {
  readonly installed: boolean
  /** For example `0.171.0`. */
  readonly version: string | null
}
