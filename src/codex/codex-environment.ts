/**
 * The environment that the Codex CLI is started with: everything of ours but what outranks the account.
 *
 * @module
 */

/**
 * Variables that the CLI takes a login from before it looks into `auth.json`.
 *
 * Found on 2026-11-30 in the Codex CLI 0.169.0 and 0.171.0 (linux-x64): every name in the strings of both
 * programs that begins with CODEX_, OPENAI_ or CHATGPT_ and could be a credential or an identity was set, one
 * by one, beside a good login with `forced_login_method = "chatgpt"`, for `login status` and for `exec`.
 *
 * - `CODEX_API_KEY`: `exec` and the interactive screen delete `auth.json` and end.
 * - `CODEX_ACCESS_TOKEN`, `OPENAI_FEDERATION_RULE_ID`, `OPENAI_IDENTITY_TOKEN_FILE`, and with 0.171.0
 *   `OPENAI_IDENTITY_TOKEN_SOURCE`, `OPENAI_SPIFFE_AUDIENCE`, `OPENAI_SPIFFE_ID`: used in place of the login.
 * - `CODEX_AGENT_IDENTITY` (releases before them) and `CODEX_CONNECTORS_TOKEN` (in the strings; for connectors):
 *   taken along, as nothing else reads them.
 *
 * Left alone, because the login stayed and was used: `OPENAI_API_KEY`, which programs that the CLI runs may
 * need, and every variable that names an address (`CODEX_REFRESH_TOKEN_URL_OVERRIDE`, `OPENAI_BASE_URL`,
 * `CODEX_AUTHAPI_BASE_URL`, `CODEX_APP_SERVER_LOGIN_ISSUER` and so on).
 */
const OUTRANKING: ReadonlySet<string> = new Set([
  'CODEX_ACCESS_TOKEN',
  'CODEX_AGENT_IDENTITY',
  'CODEX_API_KEY',
  'CODEX_CONNECTORS_TOKEN',
  'OPENAI_FEDERATION_RULE_ID',
  'OPENAI_IDENTITY_TOKEN_FILE',
  'OPENAI_IDENTITY_TOKEN_SOURCE',
  'OPENAI_SPIFFE_AUDIENCE',
  'OPENAI_SPIFFE_ID',
])

/** Holds what has been started in place of the CLI, so that it is noticed when it starts this program again. */
const STARTED = 'CAO_STARTED'

/** Separates the conversation of the CLI, and the files, in {@link STARTED}. */
const SEPARATOR = '|'

/**
 * The environment for a CLI that uses the login of a CODEX_HOME, and no other.
 *
 * @param home Default: the one that the environment names.
 */
export function toCodexEnvironment(
  env: NodeJS.ProcessEnv,
  home: string | undefined,
): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !isOutranking(name))
  if (home === undefined) return Object.fromEntries(kept)
  // Windows does not tell CODEX_HOME from Codex_Home.
  const others = kept.filter(([name]) => name.toUpperCase() !== 'CODEX_HOME')
  return {...Object.fromEntries(others), CODEX_HOME: home}
}

/** The names of those that are set. An empty one counts as none, for the CLI as well. */
export function findOutranking(env: Readonly<Record<string, string | undefined>>): string[] {
  return Object.keys(env).filter((name) => isOutranking(name) && env[name] !== '')
}

/**
 * The scripts that were started in place of the CLI and have led back here. None where a conversation of
 * the CLI has begun since: it may start this program as it likes.
 */
export function readStarted(env: NodeJS.ProcessEnv): readonly string[] {
  const [conversation, ...files] = (env[STARTED] ?? '').split(SEPARATOR)
  return conversation === (env['CODEX_THREAD_ID'] ?? '') ? files : []
}

/** Adds a script that is about to be started. */
export function withStarted(env: NodeJS.ProcessEnv, file: string): NodeJS.ProcessEnv {
  const started = [env['CODEX_THREAD_ID'] ?? '', ...readStarted(env), file]
  return {...env, [STARTED]: started.join(SEPARATOR)}
}

function isOutranking(name: string): boolean {
  return OUTRANKING.has(name.toUpperCase())
}
