/**
 * The gateway of a run: the one that runs, or one that is started for it.
 *
 * @module
 */
import type {Cli} from '../cli.ts'
import {readGatewaySettings} from '../gateway/settings/gateway-settings.ts'
import {findGateway} from '../gateway/state/find-gateway.ts'
import type {Io} from '../io.ts'
import {CommandError} from '../report-error.ts'
import {countRuns} from '../gateway/keys/claude-leftovers.ts'

/** A gateway that answers. */
export interface OpenGateway {
  /** For example `http://127.0.0.1:4319`. */
  readonly origin: string
  /** Ends it, if it was started for this run and no other run of Claude Code goes on. */
  close(): Promise<void>
}

/**
 * Finds it, or starts one in the background.
 *
 * @throws {CommandError} None answers, and none can be started.
 */
export async function openGateway(cli: Cli): Promise<OpenGateway> {
  const running = await findOrigin(cli)
  if (running !== undefined) return {origin: running, close: async () => {}}
  const {directories, env} = cli
  const settings = await readGatewaySettings({base: directories.base, env}, {})
  const quiet: Cli = {...cli, io: withoutOutput(cli.io)}
  const {startDetached} = await import('../gateway/start/start-detached.ts')
  // Whatever becomes of this process, it ends with the last run.
  await startDetached(quiet, settings, ['--for-runs'])
  const origin = await findOrigin(cli)
  if (origin === undefined) {
    throw new CommandError('The gateway ended as soon as it was started.', {
      hint: 'Run `cao gateway logs` to see why.',
    })
  }
  return {
    origin,
    async close() {
      if ((await countRuns(cli)) > 0) return
      const {stopGateway} = await import('../gateway/stop/stop-gateway.ts')
      await stopGateway(quiet)
    },
  }
}

/** Standard output belongs to Claude Code. Nothing else of it is touched: who inherits the streams would notice. */
function withoutOutput(io: Io): Io {
  return new Proxy(io, {
    get: (target, name): unknown => (name === 'out' ? nothing : Reflect.get(target, name)),
  })
}

async function findOrigin(cli: Cli): Promise<string | undefined> {
  const found = await findGateway(cli)
  if (found.kind === 'none') return undefined
  if (found.kind === 'running') return new URL(found.state.url).origin
  throw new CommandError('A gateway runs and does not answer.', {
    hint: 'End it with `cao gateway stop`, then try again.',
  })
}

function nothing(): void {}
