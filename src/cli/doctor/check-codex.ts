/**
 * What the Codex CLI needs, and what it has left behind.
 *
 * @module
 */
import {lstat, readdir} from 'node:fs/promises'
import path from 'node:path'
import {findServers} from '../../accounts/directories/codex/background-servers.ts'
import type {Cli} from '../cli.ts'
import {CommandError} from '../report-error.ts'
import {findOutranking} from '../../codex/codex-environment.ts'
import {chooseCodex} from '../codex/choose-codex.ts'
import {spawnCodex} from '../codex/start-codex.ts'
import type {AccountRecord} from '../accounts/account-record.ts'
import type {Check} from './health.ts'

/** What `cao run` starts where nobody names another. */
const CODEX = 'codex'

const MEGABYTE = 1_000_000

/** Checks the program that `cao run` would start. */
export async function checkCodex({env}: Cli): Promise<Check> {
  const name = 'codex'
  try {
    const codex = await chooseCodex(CODEX, {env})
    const run = {codex, args: ['--version'], env, home: undefined}
    const child = await spawnCodex(run, ['ignore', 'pipe', 'ignore'])
    let text = ''
    child.stdout?.setEncoding('utf8').on('data', (part: string) => void (text += part))
    await new Promise((resolve, reject) => {
      child.once('close', resolve).once('error', reject)
    })
    return {name, status: 'ok', message: text.trim().slice(0, 80)}
  } catch (error) {
    if (error instanceof CommandError) return {name, status: 'warn', message: error.message}
    const message = 'no Codex CLI in the PATH; `cao run` needs it: npm install -g @openai/codex'
    return {name, status: 'warn', message}
  }
}

/** Checks for variables that the CLI would take another login from, and maybe delete that of the account. */
export function checkEnvironment({env}: Cli): readonly Check[] {
  const names = findOutranking(env)
  if (names.length === 0) return []
  const message = `${names.join(', ')} set. cao run and cao add keep it from Codex; a codex started by hand in the folder of an account would use it in place of the login, and delete the login where config.toml has forced_login_method = "chatgpt". Unset it before you do.`
  return [{name: 'environment', status: 'warn', message}]
}

/** Checks for background servers of the CLI, and the copies of it that they run from. */
export async function checkServersLeft(
  records: readonly AccountRecord[],
): Promise<readonly Check[]> {
  const found = await Promise.all(
    records.map(async ({accountDir, name}) => {
      const [pids, bytes] = await Promise.all([
        findServers(accountDir),
        measure(path.join(accountDir, 'packages')),
      ])
      return {name, pids, megabytes: Math.round(bytes / MEGABYTE)}
    }),
  )
  return found
    .filter(({pids, megabytes}) => pids.length > 0 || megabytes > 0)
    .map(({name, pids, megabytes}) => toCheck(name, pids, megabytes))
}

function toCheck(account: string, pids: readonly number[], megabytes: number): Check {
  const name = 'background server'
  const size = `its copy of Codex takes ${megabytes} MB (packages; Codex needs it to start one again)`
  if (pids.length === 0) return {name, status: 'ok', message: `none of ${account} runs; ${size}`}
  const list = pids.join(' ')
  const message = `Codex, started by hand, left one behind for ${account} (processes ${pids.join(', ')}). It goes on with the login of its start; ${size}. End it with kill ${list}; cao remove ends it, too.`
  return {name, status: 'warn', message}
}

/** Links are not followed: the newest copy has a second name. */
async function measure(folder: string): Promise<number> {
  const entries = await readdir(folder, {withFileTypes: true}).catch(() => [])
  const sizes = await Promise.all(
    entries.map(async (entry) => {
      const file = path.join(folder, entry.name)
      if (entry.isDirectory()) return measure(file)
      return lstat(file).then(
        ({size}) => size,
        () => 0,
      )
    }),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}
