/**
 * `cao agent doctor`
 *
 * @module
 */
import {execFile} from 'node:child_process'
import {access, readdir} from 'node:fs/promises'
import path from 'node:path'
import {AgentError} from '../../agent/agent-error.ts'
import {openDatabase} from '../../agent/host/database.ts'
import {toAgentEnvironment} from '../../agent/exec/agent-environment.ts'
import {findCodexCommand} from '../../agent/exec/find-codex.ts'
import type {AgentFolders} from '../../agent/agent-options.ts'
import {toGroupPlaces} from '../../agent/runners/group-places.ts'
import {checkAgent} from '../../agent/setup/check-agent.ts'
import {checkGroups, listCodexFolders} from '../../agent/setup/check-groups.ts'
import {toProblem, type Finding} from '../../agent/setup/finding.ts'
import {CODEX_CLIENT_VERSION} from '../../codex/codex-client.ts'
import {ConfigurationError} from '../../errors.ts'
import type {AgentContext} from './agent-context.ts'
import {isContained, toFolders, type FolderOptions} from './folder-options.ts'

/** Options of `cao agent doctor`. */
export interface DoctorOptions extends FolderOptions {
  readonly codex: string
  /** The `data` folder of the host, to look at all of its groups. */
  readonly data?: string
  /** The folder of what the groups keep, beside it. */
  readonly groupsDir: string
}

/** The oldest CLI that the agent was tried with. */
const OLDEST = [0, 169, 0] as const

/** How long a program may take to say something, in milliseconds. */
const TIMEOUT_MS = 10_000

/** Looks at the set-up, and says what is wrong with it. @returns The exit code: 1 when something is. */
export async function checkAgents(context: AgentContext, options: DoctorOptions): Promise<number> {
  const {env, out} = context
  const findings = [
    ...(await checkCodex(context, options)),
    ...(await checkPlaces(context, options)),
    ...(options.data === undefined ? [] : await checkGroups({data: options.data, env})),
    ...(await checkDatabase()),
  ]
  for (const {fix, isProblem, text} of findings) {
    out(`${isProblem ? 'problem' : 'ok'}: ${text}`)
    if (fix !== undefined) out(`  fix it with: ${fix}`)
  }
  return findings.some(({isProblem}) => isProblem) ? 1 : 0
}

/** One group, where its folders are named; on a host, each group with Codex. */
async function checkPlaces(
  {env, now}: AgentContext,
  options: DoctorOptions,
): Promise<readonly Finding[]> {
  const {codex, data} = options
  const otherHomes = data === undefined ? [] : await findHomes(data)
  const check = (folders: AgentFolders) => {
    const findRefusal = () => askCodex(codex, env, folders.codexHome)
    return checkAgent({folders, env, nowMs: now(), otherHomes, findRefusal})
  }
  if (data === undefined || isOneGroup(env, options)) return check(toFolders(env, options))
  const names = await listCodexFolders(data)
  if (names.length === 0) return [{isProblem: false, text: 'no group uses Codex'}]
  const {accounts, login} = toFolders(env, options)
  const places = {
    data: path.resolve(data),
    groups: path.resolve(options.groupsDir),
    ...(login !== undefined && {login}),
    ...(accounts !== undefined && {accounts}),
  }
  const found = []
  for (const name of names) {
    const findings = await check(toGroupPlaces(places, name))
    found.push(...findings.map((finding) => ({...finding, text: `${name}: ${finding.text}`})))
  }
  return found
}

/** Whether the folders of one group are named. */
function isOneGroup(env: NodeJS.ProcessEnv, options: FolderOptions): boolean {
  const named = [options.groupDir, options.ipcDir, options.codexHome]
  const variables = [env['CAO_AGENT_GROUP_DIR'], env['CAO_AGENT_IPC_DIR']]
  return [...named, ...variables].some(Boolean)
}

async function checkCodex(
  {env}: AgentContext,
  options: DoctorOptions,
): Promise<readonly Finding[]> {
  const install = `npm install -g @openai/codex@${CODEX_CLIENT_VERSION}`
  try {
    const {args, file} = await findCodexCommand(options.codex, env)
    const {output, isOk} = await run(file, [...args, '--version'], env)
    const version = /(?<!\d)\d+\.\d+\.\d+/.exec(output)?.[0]
    if (!isOk || version === undefined) {
      return [toProblem(`${file} does not say its version`, install)]
    }
    const found = isOld(version)
      ? toProblem(`Codex CLI ${version} (${file}) is older than ${OLDEST.join('.')}`, install)
      : {isProblem: false, text: `Codex CLI ${version} (${file})`}
    return [found, ...(await checkSandbox(file, args, env))]
  } catch (error) {
    if (!(error instanceof AgentError)) throw error
    return [toProblem('there is no Codex CLI in the PATH', install)]
  }
}

function isOld(version: string): boolean {
  const numbers = version.split('.').map(Number)
  const index = OLDEST.findIndex((number, at) => numbers[at] !== number)
  return index !== -1 && (numbers[index] ?? 0) < (OLDEST[index] ?? 0)
}

/** What the CLI has against its settings, whatever it is: it looks at all of them before it does anything. */
async function askCodex(
  codex: string,
  env: NodeJS.ProcessEnv,
  codexHome: string,
): Promise<string | undefined> {
  try {
    const {args, file} = await findCodexCommand(codex, env)
    const given = toAgentEnvironment(env, {codexHome})
    const {output} = await run(file, [...args, 'login', 'status'], given)
    return /^Error loading config(?:uration|\.toml): ?(.+)$/m.exec(output)?.[1]
  } catch (error) {
    if (error instanceof AgentError) return undefined
    throw error
  }
}

/** In most containers the sandbox cannot be set up, and there the container takes its place. */
async function checkSandbox(
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<readonly Finding[]> {
  if (isContained(env['CAO_AGENT_CONTAINED'])) {
    return [{isProblem: false, text: 'the container is the sandbox of the policy auto'}]
  }
  const {isOk} = await run(file, [...args, 'sandbox', '--', 'true'], env)
  if (isOk) return [{isProblem: false, text: 'the sandbox of Codex can be set up'}]
  const fix = 'cao agent run --contained yes (in a container), or the policy "full"'
  return [toProblem('the sandbox of Codex cannot be set up', fix)]
}

async function checkDatabase(): Promise<readonly Finding[]> {
  try {
    const database = await openDatabase(':memory:')
    database.close()
    return [{isProblem: false, text: 'there is SQLite for cao agent watch'}]
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    const fix = 'npm install -g better-sqlite3@12 (only for cao agent watch)'
    return [{isProblem: false, text: 'there is no SQLite for cao agent watch', fix}]
  }
}

async function findHomes(data: string): Promise<readonly string[]> {
  const folder = path.join(path.resolve(data), 'codex')
  const names = await readdir(folder).catch(() => [])
  const homes = names.map((name) => path.join(folder, name, '.codex'))
  const there = await Promise.all(
    homes.map((home) =>
      access(home).then(
        () => true,
        () => false,
      ),
    ),
  )
  return homes.filter((_, index) => there[index])
}

function run(
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{readonly output: string; readonly isOk: boolean}> {
  return new Promise((resolve) => {
    execFile(file, args, {env, timeout: TIMEOUT_MS}, (error, stdout, stderr) => {
      resolve({output: stdout + stderr, isOk: error === null})
    })
  })
}
