/**
 * The environment of an agent: what it needs, and nothing of the host's secrets.
 *
 * @module
 */
import {findOutranking} from '../../codex/codex-environment.ts'

/** Names that every program may need. */
const KEPT =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|TZ|LANG|LANGUAGE|LC_\w+|TERM|COLORTERM|TMPDIR|TMP|TEMP|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|SSL_CERT_DIR|CODEX_CA_CERTIFICATE|(?:HTTPS?|ALL|NO)_PROXY|AGENT_BROWSER_EXECUTABLE_PATH|PLAYWRIGHT_\w+|PUPPETEER_\w+|CODEX_REFRESH_TOKEN_URL_OVERRIDE|SYSTEMROOT|COMSPEC|PATHEXT|APPDATA|LOCALAPPDATA|USERPROFILE|CAO_AGENT_\w+)$/i

/** Holds the identity of a run, by which what it has left running is found. */
export const RUN_VARIABLE = 'CAO_AGENT_RUN'

/** What an agent is started with. */
export interface AgentEnvironmentOptions {
  readonly codexHome: string
  /** Who pays, where there is no login. */
  readonly apiKey?: string | undefined
  /** More names to keep. One that would take the place of the login is left out all the same. */
  readonly keep?: readonly string[]
  /** What the programs that the agent runs are told. */
  readonly own?: Readonly<Record<string, string>>
}

/** The environment for the CLI. A key is given as the CLI takes it: it does not look at `OPENAI_API_KEY`. */
export function toAgentEnvironment(
  env: NodeJS.ProcessEnv,
  {apiKey, codexHome, keep = [], own = {}}: AgentEnvironmentOptions,
): NodeJS.ProcessEnv {
  const outranking = new Set(findOutranking(env))
  const kept = Object.entries(env).filter(
    ([name]) => !outranking.has(name) && (KEPT.test(name) || keep.includes(name)),
  )
  return {
    ...Object.fromEntries(kept),
    ...own,
    CODEX_HOME: codexHome,
    ...(apiKey !== undefined && {CODEX_API_KEY: apiKey}),
  }
}
