/**
 * What the product tells the backend about itself. The backend answers by client version: a model
 * that is newer than the client is "not found".
 *
 * @module
 * @see {@link https://github.com/openai/codex/blob/main/codex-rs/login/src/auth/default_client.rs}
 */

/** Version of the official client whose requests ours look like. The one place to raise it. */
export const CODEX_CLIENT_VERSION = '0.169.0'

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

/** For example `codex_cli_rs/0.169.0 (Linux Unknown; x86_64) unknown`. */
export function toUserAgent({arch, platform}: Pick<NodeJS.Process, 'arch' | 'platform'>): string {
  const machine = `${SYSTEMS[platform] ?? platform} Unknown; ${PROCESSORS[arch] ?? arch}`
  return `${ORIGINATOR}/${CODEX_CLIENT_VERSION} (${machine}) unknown`
}
