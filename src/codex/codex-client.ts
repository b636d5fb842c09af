/**
 * What the product tells the backend about itself. The backend answers by client version: a model
 * that is newer than the client is "not found".
 *
 * @module
 * @see {@link https://github.com/openai/codex/blob/main/codex-rs/login/src/auth/default_client.rs}
 */
import {ConfigurationError} from '../errors.ts'

/**
 * Version of the official client whose requests ours look like. The one place to raise it in a
 * release; see {@link readCodexClient} for everybody else.
 */
export const CODEX_CLIENT_VERSION = '0.171.0'

/** Name of the official client, as header `originator` and in the authorization URL. */
export const ORIGINATOR = 'codex_cli_rs'

/** The official client's names of operating systems, by Node's. */
const SYSTEMS: Readonly<Record<string, string>> = {
  darwin: 'Mac OS',
  linux: 'Linux',
  win32: 'Windows',
}

/** The official client's names of processors, by Node's. */
const PROCESSORS: Readonly<Record<string, string>> = {x64: 'x86_64'}

/** As whom requests are sent. */
export interface CodexClient {
  /** For example `0.171.0`. The backend leaves out models that are too new for it. */
  readonly clientVersion: string
  /** For example `codex_cli_rs/0.171.0 (Linux Unknown; x86_64) unknown`. */
  readonly userAgent: string
}

/** Numbers with dots, and what may follow them in a version that is tried out. */
const VERSION = /^\d{1,5}\.\d{1,5}\.\d{1,5}(?:-[\w.]{1,20})?$/

/**
 * Reads from the environment which version of the official client we say we are, so that new models
 * need no new release of this program.
 *
 * @throws {ConfigurationError} It is no version.
 */
export function readCodexClient({
  arch,
  env: {CODEX_CLIENT_VERSION: wanted},
  platform,
}: Pick<NodeJS.Process, 'arch' | 'env' | 'platform'>): CodexClient {
  const clientVersion = wanted?.trim() || CODEX_CLIENT_VERSION
  if (!VERSION.test(clientVersion)) {
    throw new ConfigurationError(
      `CODEX_CLIENT_VERSION must be a version of the Codex CLI such as ${CODEX_CLIENT_VERSION}. Correct it, or unset it to use that one.`,
    )
  }
  const machine = `${SYSTEMS[platform] ?? platform} Unknown; ${PROCESSORS[arch] ?? arch}`
  return {clientVersion, userAgent: `${ORIGINATOR}/${clientVersion} (${machine}) unknown`}
}
