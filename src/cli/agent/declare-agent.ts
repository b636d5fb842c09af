/**
 * The declaration of `cao agent` and the commands below it. What they do is in files of their own, which are loaded when one is called.
 *
 * @module
 */
import {Option, type Command} from 'commander'
import type {Run} from '../action.ts'
import type {Cli} from '../cli.ts'
import {createNumberOption} from '../number-option.ts'
import type {AgentContext} from './agent-context.ts'
import type {DoctorOptions} from './check-agents.ts'
import type {InitOptions} from './print-pieces.ts'
import type {RunOptions} from './run-agent-input.ts'
import type {WatchOptions} from './watch-agents.ts'
import type {IpcOptions} from './run-ipc.ts'

/** Adds the commands to the program. */
export function declareAgent(program: Command, run: Run): void {
  const agent = program.command('agent').description('Codex for the groups of a chat host')
  declareRun(agent, run)
  declareIpc(agent, run)
  declareInit(agent, run)
  declareDoctor(agent, run)
  declareWatch(agent, run)
}

function declareInit(agent: Command, run: Run): void {
  agent
    .command('init')
    .description('what a host adds to its container image, mounts and environment')
    .option('--write <folder>', 'write it into files in place of printing it')
    .option('--codex-version <version>', 'version of the Codex CLI in the image')
    .action((options: InitOptions, called: Command) =>
      run(called, async (cli) => {
        const {printPieces} = await import('./agent-host-part.ts')
        return printPieces(toContext(cli), options)
      }),
    )
}

function declareDoctor(agent: Command, run: Run): void {
  const command = agent
    .command('doctor')
    .description('what is wrong with the set-up of a group, and the command that fixes it')
    .option('--data <path>', 'data folder of the host, to look at all groups')
    .option('--groups-dir <path>', 'folder of what the groups keep', 'groups')
    .option('--codex <path>', 'the Codex CLI to look at', 'codex')
    .action((options: DoctorOptions, called: Command) =>
      run(called, async (cli) => {
        const {checkAgents} = await import('./agent-host-part.ts')
        return checkAgents(toContext(cli), options)
      }),
    )
  withFolderOptions(command)
}

function declareWatch(agent: Command, run: Run): void {
  agent
    .command('watch [command...]')
    .description('the side of the host: messages of agents, and tasks when their time comes')
    .option('--data <path>', 'data folder of the host', 'data')
    .option('--groups-dir <path>', 'folder of what the groups keep', 'groups')
    .option('--registry <path>', 'file of the groups (default: registered_groups.json in the data)')
    .option('--database <path>', 'file of the tasks (default: agent-tasks.db in the data)')
    .option('--time-zone <name>', 'time zone of schedules, for example Europe/Madrid')
    .option('--deliver <program>', 'gets each message on standard input (default: printed as JSON)')
    .option('--image <name>', 'runs agents in containers of this image')
    .addOption(createEngineOption())
    .option('--login-dir <path>', 'folder with a login that groups share')
    .option('--accounts <path>', 'folder of the accounts of cao')
    .option('--codex <path>', 'the Codex CLI to run', 'codex')
    .addOption(createContainedOption())
    .addOption(createNumberOption('--timeout <seconds>', 'the longest that a task may take'))
    .action((command: string[], options: WatchOptions, called: Command) =>
      run(called, async (cli) => {
        const {watchAgents} = await import('./agent-host-part.ts')
        return watchAgents(toContext(cli), options, command)
      }),
    )
}

function createEngineOption(): Option {
  const engines = ['docker', 'podman', 'container']
  return new Option('--engine <name>', 'what runs containers').choices(engines).default('docker')
}

/** Another word must not be taken for one of these: in a container, the sandbox of Codex is off. */
function createContainedOption(): Option {
  const description = 'whether a container is around it (default: looks)'
  return new Option('--contained <yes|no>', description).choices(['yes', 'no'])
}

function withFolderOptions(command: Command): Command {
  return command
    .option('--group-dir <path>', 'folder of the group (default: /workspace/group)')
    .option('--ipc-dir <path>', 'folder of the files for the host (default: /workspace/ipc)')
    .option('--global-dir <path>', 'memory of all groups (default: /workspace/global)')
    .option('--codex-home <path>', 'CODEX_HOME of the group (default: /home/node/.codex)')
    .option('--login-dir <path>', 'folder with a login that groups share')
    .option('--accounts <path>', 'folder of the accounts of cao; the next goes on at a limit')
}

function declareRun(agent: Command, run: Run): void {
  const command = agent
    .command('run [command...]')
    .description('answer one message of a group (JSON on standard input)')
    .addHelpText(
      'after',
      '\nGroups of another provider are handed to the command after --, with the same standard input:\n  $ cao agent run -- node /app/dist/index.js',
    )
    .option('--base-url <url>', "address to use in place of OpenAI's, for example of the gateway")
    .option('--codex <path>', 'the Codex CLI to run', 'codex')
    .addOption(createNumberOption('--timeout <seconds>', 'the longest that an answer may take'))
    .addOption(createNumberOption('--idle <seconds>', 'the longest that Codex may say nothing'))
    .option('--no-notify', 'leave it to the host to tell the chat of failures')
    .addOption(createContainedOption())
    .action((program: string[], options: RunOptions, called: Command) =>
      run(called, async (cli) => {
        const {runAgentInput} = await import('./agent-part.ts')
        return runAgentInput(toContext(cli), options, program)
      }),
    )
  withFolderOptions(command)
}

const IPC_COMMANDS = [
  ['send <text>', 'send a message to the chat'],
  ['schedule <prompt>', 'plan a task'],
  ['pause <task>', 'pause a task'],
  ['resume <task>', 'resume a task'],
  ['cancel <task>', 'cancel a task'],
  ['list', 'show the tasks'],
] as const

function declareIpc(agent: Command, run: Run): void {
  const ipc = agent.command('ipc').description('what the agent of a group asks of its host')
  for (const [usage, description] of IPC_COMMANDS) {
    const [name = ''] = usage.split(' ')
    const command = ipc
      .command(usage)
      .description(description)
      .option('--ipc-dir <path>', 'folder of the files for the host')
      .option('--group <folder>', 'folder name of the group')
      .option('--chat <jid>', 'the chat')
      .addOption(
        createNumberOption('--wait <seconds>', 'how long to wait for the host', {least: 0}),
      )
    if (name === 'schedule') withScheduleOptions(command)
    command.action(() =>
      run(command, async (cli) => {
        const {runIpc} = await import('./agent-part.ts')
        const options = command.opts<IpcOptions>()
        return runIpc(toContext(cli), {...options, name, text: command.args[0] ?? ''})
      }),
    )
  }
}

function withScheduleOptions(command: Command): void {
  command
    .option('--cron <expression>', 'five fields, in the time zone of the host')
    .addOption(createNumberOption('--every <milliseconds>', 'again and again'))
    .option('--once <time>', 'local time, for example 2026-12-24T18:00:00')
    .option('--isolated', 'begin a new conversation each time')
}

function toContext({env, fetch, io, now}: Cli): AgentContext {
  const {stdin, stdout} = io
  return {env, now, fetch, stdin, stdout, out: (line) => io.out(line), err: (line) => io.err(line)}
}
