/**
 * Agents as processes of this machine.
 *
 * @module
 */
import {makeGroupPlaces, toGroupPlaces, type HostFolders} from './group-places.ts'
import {runAgentProgram, type AgentRunner} from './agent-runner.ts'

/** Options of {@link createLocalRunner}. */
export interface LocalRunnerOptions {
  readonly folders: HostFolders
  readonly env: NodeJS.ProcessEnv
  /** `cao` and what comes before its own arguments, for example `['cao']`. */
  readonly command: readonly [string, ...string[]]
  /** More options of `cao agent run`. */
  readonly args?: readonly string[]
  /** Program of the groups of another provider, with its arguments. */
  readonly other?: readonly string[]
  /** The longest that an answer may take, in milliseconds. */
  readonly timeoutMs: number
  readonly onLog?: (text: string) => void
}

/** Runs each agent as a process. The folders of its group are made when they are missing. */
export function createLocalRunner(options: LocalRunnerOptions): AgentRunner {
  const {args = [], command, env, folders, onLog, other = [], timeoutMs} = options
  const [file, ...before] = command
  return {
    async run(input, signal) {
      const places = toGroupPlaces(folders, input.groupFolder)
      await makeGroupPlaces(places)
      const place = [
        '--group-dir',
        places.group,
        '--ipc-dir',
        places.ipc,
        '--global-dir',
        places.global,
        '--codex-home',
        places.codexHome,
        '--timeout',
        String(timeoutMs / 1000),
        ...(places.login === places.codexHome ? [] : ['--login-dir', places.login]),
        ...(places.accounts === undefined ? [] : ['--accounts', places.accounts]),
      ]
      const rest = other.length > 0 ? ['--', ...other] : []
      return runAgentProgram(
        {
          file,
          args: [...before, 'agent', 'run', ...place, ...args, ...rest],
          env,
          timeoutMs,
          ...(onLog && {onLog}),
        },
        input,
        signal,
      )
    },
  }
}
