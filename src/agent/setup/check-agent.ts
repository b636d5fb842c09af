/**
 * Finding what is wrong with the set-up of a group, before its chat does.
 *
 * @module
 */
import {constants} from 'node:fs'
import {access, lstat, readdir, statfs} from 'node:fs/promises'
import path from 'node:path'
import {findOutranking} from '../../codex/codex-environment.ts'
import {quoteForShell} from '../../codex/cli/quote-for-shell.ts'
import {readText} from '../../files/read-file.ts'
import type {AgentFolders} from '../agent-options.ts'
import {isTimeZone} from '../to-clock-time.ts'
import {checkConfig} from './check-config.ts'
import {checkLogin, type CheckLoginOptions} from './check-login.ts'
import {toProblem, type Finding} from './finding.ts'

/** A file of an agent is taken within about a second; in milliseconds. */
const STALE_MS = 30_000

/** Less than this is a full disk soon, in bytes. */
const LEAST_SPACE = 100 * 1024 * 1024

/** What is looked at. */
export interface CheckOptions extends CheckLoginOptions {
  /** Asks the CLI what it has against its settings; `undefined` when it has nothing. Default: it is not asked. */
  readonly findRefusal?: () => Promise<string | undefined>
}

/** Looks at everything but the programs. */
export async function checkAgent(options: CheckOptions): Promise<readonly Finding[]> {
  const {env, findRefusal, folders} = options
  const findings = await Promise.all([
    checkFolders(folders),
    checkConfig(folders.codexHome, findRefusal),
    checkLogin(options),
    checkMemory(folders),
    checkWaiting(options),
    checkSpace(folders),
  ])
  return [...findings.flat(), ...checkEnvironment(env)]
}

async function checkFolders({codexHome, group, ipc}: AgentFolders): Promise<readonly Finding[]> {
  const checks = [
    ['the CODEX_HOME', codexHome],
    ['the folder of the group', group],
    ['the folder for the host', ipc],
  ] as const
  return Promise.all(
    checks.map(async ([what, folder]) => {
      const isThere = await access(folder, constants.W_OK).then(
        () => true,
        () => false,
      )
      if (isThere) return {isProblem: false, text: `${what} can be written to (${folder})`}
      const quoted = quoteForShell(folder)
      const fix = `mkdir -p ${quoted} && chown "$(id -u)" ${quoted}`
      return toProblem(`${what} cannot be written to (${folder})`, fix)
    }),
  )
}

/** Older instructions have the memory of all groups one folder too high, where nobody reads it. */
async function checkMemory({global}: AgentFolders): Promise<readonly Finding[]> {
  const [found, stale] = [global, path.dirname(global)].map((place) =>
    path.join(place, 'CLAUDE.md'),
  )
  const texts = await Promise.all(
    [found, stale].map((file = '') => readText(file).catch(() => undefined)),
  )
  if (texts[0] !== undefined || texts[1] === undefined) return []
  const [from, to, folder] = [stale, found, global].map((place = '') => quoteForShell(place))
  const fix = `mkdir -p ${folder} && mv ${from} ${to}`
  return [toProblem(`the memory of all groups is where nobody reads it (${stale})`, fix)]
}

async function checkWaiting({folders, nowMs}: CheckLoginOptions): Promise<readonly Finding[]> {
  const places = ['messages', 'tasks'].map((name) => path.join(folders.ipc, name))
  let waiting = 0
  for (const place of places) {
    for (const name of await readdir(place).catch(() => [])) {
      const stats = await lstat(path.join(place, name)).catch(() => undefined)
      if (name.endsWith('.json') && stats && nowMs - stats.mtimeMs > STALE_MS) waiting += 1
    }
  }
  if (waiting === 0) return []
  const files = waiting === 1 ? 'one file' : `${waiting} files`
  const text = `${files} for the host ${waiting === 1 ? 'was' : 'were'} not taken`
  return [toProblem(text, 'start the host, or: cao agent watch')]
}

async function checkSpace({codexHome}: AgentFolders): Promise<readonly Finding[]> {
  const space = await statfs(codexHome).catch(() => undefined)
  if (!space || space.bavail * space.bsize > LEAST_SPACE) return []
  const fix = `du -xh ${quoteForShell(codexHome)} | sort -h | tail`
  return [toProblem('the disk is nearly full', fix)]
}

function checkEnvironment(env: NodeJS.ProcessEnv): readonly Finding[] {
  const {OPENAI_BASE_URL: address, TZ: zone} = env
  const findings = findOutranking(env).map((name) =>
    toProblem(
      `${name} would take the place of the login in other starts of Codex`,
      `unset ${name}`,
    ),
  )
  if (address) {
    const fix = 'export CAO_AGENT_BASE_URL="$OPENAI_BASE_URL"'
    findings.push(toProblem('Codex does not look at OPENAI_BASE_URL', fix))
  }
  if (zone && !isTimeZone(zone)) {
    findings.push(toProblem(`TZ is no time zone: ${String(zone)}`, 'export TZ=Europe/Madrid'))
  }
  return findings
}
