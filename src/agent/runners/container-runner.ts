/**
 * Agents in containers.
 *
 * @module
 */
import {execFile} from 'node:child_process'
import type {Clock} from '../../base/clock.ts'
import type {Mount} from '../home/group-home.ts'
import {runAgentProgram, type AgentInput, type AgentRunner} from './agent-runner.ts'
import {
  makeGroupPlaces,
  toContainerVariables,
  toGroupMounts,
  toGroupPlaces,
  type HostFolders,
} from './group-places.ts'

/** Programs that run containers: Docker, Podman, and Apple's. */
export type ContainerEngine = 'container' | 'docker' | 'podman'

/** Options of {@link createContainerRunner}. */
export interface ContainerRunnerOptions {
  readonly engine: ContainerEngine
  /** The program, where it has another name. */
  readonly program?: string
  readonly image: string
  readonly folders: HostFolders
  readonly env: NodeJS.ProcessEnv
  /** Names of {@link env} whose values go in with the input: keys never stand in the arguments of a program. Default `OPENAI_API_KEY`. */
  readonly secretNames?: readonly string[]
  /** More mounts. */
  readonly mounts?: readonly Mount[]
  readonly timeoutMs: number
  readonly now: Clock
  readonly onLog?: (text: string) => void
}

/** How long a container that is told to stop may take, in seconds. */
const STOP_SECONDS = 10

/** Runs each agent in a container that is removed when it ends. */
export function createContainerRunner(options: ContainerRunnerOptions): AgentRunner {
  const {engine, env, folders, now, onLog, program = engine, timeoutMs} = options
  return {
    async run(input, signal) {
      await makeGroupPlaces(toGroupPlaces(folders, input.groupFolder))
      const name = `nanoclaw-${input.groupFolder.replaceAll(/[^a-zA-Z0-9-]/g, '-')}-${now()}`
      return runAgentProgram(
        {
          file: program,
          args: toContainerArguments(options, {folder: input.groupFolder, name}),
          env,
          timeoutMs,
          stop: () => stopContainer(program, name, env),
          ...(onLog && {onLog}),
        },
        withSecrets(input, options),
        signal,
      )
    },
  }
}

/** The arguments of the engine. */
export function toContainerArguments(
  {engine, env, folders, image, mounts = []}: ContainerRunnerOptions,
  {folder, name}: {readonly folder: string; readonly name: string},
): readonly string[] {
  const variables = {...toContainerVariables(folders, folder), TZ: env['TZ'] ?? 'UTC'}
  return [
    'run',
    '-i',
    '--rm',
    '--name',
    name,
    ...Object.entries(variables).flatMap(([key, value]) => ['-e', `${key}=${value}`]),
    ...[...toGroupMounts(folders, folder), ...mounts].flatMap((mount) => toMount(mount, engine)),
    image,
  ]
}

/** Apple's `container` knows read-only mounts in one form only. */
function toMount({containerPath, hostPath, readonly}: Mount, engine: ContainerEngine): string[] {
  if (!readonly) return ['-v', `${hostPath}:${containerPath}`]
  return engine === 'container'
    ? ['--mount', `type=bind,source=${hostPath},target=${containerPath},readonly`]
    : ['-v', `${hostPath}:${containerPath}:ro`]
}

function withSecrets(
  input: AgentInput,
  {env, secretNames = ['OPENAI_API_KEY']}: ContainerRunnerOptions,
): AgentInput {
  const found = secretNames.flatMap((name) => (env[name] ? [[name, env[name]]] : []))
  return found.length === 0 ? input : {...input, secrets: Object.fromEntries(found)}
}

/** The engine's own program ends without its container. */
async function stopContainer(program: string, name: string, env: NodeJS.ProcessEnv): Promise<void> {
  const args = ['stop', '-t', String(STOP_SECONDS), name]
  await new Promise<void>((resolve) => void execFile(program, args, {env}, () => resolve()))
}
