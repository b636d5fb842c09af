/**
 * What the product tells the backend about itself. The backend answers by client version: a model
 * that is newer than the client is "not found".
 *
 * @module
 * @see {@link https://github.com/openai/codex/blob/main/codex-rs/login/src/auth/default_client.rs}
 */
import {arch, release, type} from 'node:os'

/** Version of the official client whose requests ours look like. The one place to raise it. */
export const CODEX_CLIENT_VERSION = '0.169.0'

/** Name of the official client, as header `originator` and in the authorization URL. */
export const ORIGINATOR = 'codex_cli_rs'

/** For example `codex_cli_rs/0.169.0 (Linux 6.1.0; x64) unknown`. */
export function toUserAgent(): string {
  return `${ORIGINATOR}/${CODEX_CLIENT_VERSION} (${type()} ${release()}; ${arch()}) unknown`
}
