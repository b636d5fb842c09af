/**
 * What the commands of the agent get of the process.
 *
 * @module
 */
import type {Clock} from '../../base/clock.ts'
import type {Log} from '../../base/log.ts'
import type {FetchFunction} from '../../http/fetch.ts'

/** Plain values: the commands are in a file of their own. */
export interface AgentContext {
  readonly env: NodeJS.ProcessEnv
  readonly now: Clock
  readonly fetch: FetchFunction
  readonly stdin: NodeJS.ReadableStream
  readonly stdout: NodeJS.WritableStream
  readonly out: (line: string) => void
  readonly err: (line: string) => void
}

/** A log on standard error, in the form that hosts know: each line begins with `[agent-runner]`. */
export function createAgentLog({err}: AgentContext): Log {
  const write =
    (level: string) =>
    (message: string, fields: Record<string, unknown> = {}) => {
      const rest = Object.keys(fields).length > 0 ? ` ${JSON.stringify(fields)}` : ''
      err(`[agent-runner] ${level}: ${message}${rest}`)
    }
  return {debug: () => undefined, info: write('info'), warn: write('warn'), error: write('error')}
}
