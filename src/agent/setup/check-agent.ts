/**
 * Finding what is wrong with the set-up of a group, before its chat does.
 *
 * @module
 */
import {constants} from 'node:fs'
import {access, lstat, readdir, stat, statfs} from 'node:fs/promises'
import path from 'node:path'
import {readLogin, toAuthFile} from '../../accounts/directories/codex/codex-home.ts'
import {findOutranking} from '../../codex/codex-environment.ts'
import {parseToml} from '../../codex/change-toml.ts'
import type {JsonObject} from '../../base/json-object.ts'
import {ConfigurationError} from '../../errors.ts'
import {readText} from '../../files/read-file.ts'
import type {AgentFolders} from '../agent-options.ts'
import {toLoginCommand} from '../home/login.ts'
import {isTimeZone} from '../to-clock-time.ts'

/** What was found. */
export interface Finding {
  readonly isProblem: boolean
  /** What it is. */
  readonly text: string
  /** The one line that mends it. */
  readonly fix?: string
}

/** What is looked at. */
export interface CheckOptions {
  readonly folders: AgentFolders
  readonly env: NodeJS.ProcessEnv
  readonly nowMs: number
  /** Folders of other groups, whose logins must not be copies. Default none. */
  readonly otherHomes?: readonly string[]
}

/** A file of an agent is taken within about a second; in milliseconds. */
const STALE_MS = 30_000

/** Less than this is a full disk soon, in bytes. */
const LEAST_SPACE = 100 * 1024 * 1024

/** What older instructions tell people to write, and what it should be. */
const POLICIES = ['never', 'on-request', 'on-failure', 'granular']

/** Settings that the CLI does not know, which it ignores with a note in every answer. */
const UNKNOWN_SETTINGS = ['preferred_auth_method', 'model_provider_base_url']

/** Looks at everything but the programs. */
export async function checkAgent(options: CheckOptions): Promise<readonly Finding[]> {
  const {env, folders} = options
  const findings = await Promise.all([
    checkFolders(folders),
    checkConfig(folders.codexHome),
    checkLogin(options),
    checkMount(folders.codexHome),
    checkCopies(options),
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
      const fix = `mkdir -p ${folder} && chown "$(id -u)" ${folder}`
      return {isProblem: true, text: `${what} cannot be written to (${folder})`, fix}
    }),
  )
}

async function checkConfig(codexHome: string): Promise<readonly Finding[]> {
  const file = path.join(codexHome, 'config.toml')
  const text = await readText(file).catch(() => undefined)
  if (text === undefined) return [{isProblem: false, text: 'config.toml is made at the first run'}]
  let settings
  try {
    settings = parseToml(text)
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    const fix = `mv ${file} ${file}.broken`
    return [{isProblem: true, text: `Codex cannot read ${file}. ${error.message}`, fix}]
  }
  const login = await readLogin(codexHome)
  const findings = [...findBadSettings(settings, file), ...findForced(settings, login.kind, file)]
  if (findings.length > 0) return findings
  return [{isProblem: false, text: 'config.toml has no setting that ends Codex'}]
}

function findBadSettings(settings: JsonObject, file: string): readonly Finding[] {
  const policy = settings['approval_policy']
  const isBad = typeof policy === 'string' && !POLICIES.includes(policy)
  const unknown = UNKNOWN_SETTINGS.filter((name) => settings[name] !== undefined)
  return [
    ...(isBad
      ? [
          {
            isProblem: true,
            text: `approval_policy = "${policy}" ends every start of Codex`,
            fix: `sed -i 's/^approval_policy.*/approval_policy = "never"/' ${file}`,
          },
        ]
      : []),
    ...unknown.map((name) => ({
      isProblem: true,
      text: `${name} is no setting of Codex`,
      fix: `sed -i '/^${name}/d' ${file}`,
    })),
  ]
}

function findForced(
  {forced_login_method: forced}: JsonObject,
  login: string,
  file: string,
): readonly Finding[] {
  if (forced !== undefined && forced !== 'api' && forced !== 'chatgpt') {
    const fix = `sed -i '/^forced_login_method/d' ${file}`
    return [{isProblem: true, text: 'forced_login_method must be "chatgpt" or "api"', fix}]
  }
  const isForced =
    (forced === 'api' && login === 'chatgpt') || (forced === 'chatgpt' && login === 'api_key')
  if (!isForced) return []
  const fix = `sed -i '/^forced_login_method/d' ${file}`
  const text = `forced_login_method = "${forced}" makes Codex delete the login`
  return [{isProblem: true, text, fix}]
}

async function checkLogin({env, folders, nowMs}: CheckOptions): Promise<readonly Finding[]> {
  const {accounts, codexHome, login: shared} = folders
  const own = await readLogin(codexHome)
  const found = own.kind === 'missing' && shared !== undefined ? await readLogin(shared) : own
  const fix = toLoginCommand(shared ?? codexHome)
  if (found.kind === 'chatgpt') {
    const {expiresAtMs, refreshToken} = found.account.tokens
    const works = refreshToken !== '' || expiresAtMs > nowMs
    if (works) return [{isProblem: false, text: 'there is a ChatGPT login'}]
    return [{isProblem: true, text: 'the login has expired, and cannot be refreshed', fix}]
  }
  if (found.kind === 'damaged' || found.kind === 'unreadable') {
    return [{isProblem: true, text: 'auth.json cannot be read', fix}]
  }
  if (found.kind !== 'missing') {
    const what = found.kind === 'api_key' ? 'an API key' : 'a login of another kind'
    return [{isProblem: false, text: `there is ${what} in auth.json`}]
  }
  return checkOtherPayment(accounts, env['OPENAI_API_KEY'], fix)
}

function checkOtherPayment(
  accounts: string | undefined,
  apiKey: string | undefined,
  fix: string,
): readonly Finding[] {
  if (accounts !== undefined) {
    return [{isProblem: false, text: `the accounts in ${accounts} are used`}]
  }
  if (apiKey) return [{isProblem: false, text: 'OPENAI_API_KEY is used'}]
  return [{isProblem: true, text: 'there is no login and no API key', fix}]
}

/** A file that is a mount cannot be replaced: a refresh would spend the login and not be able to keep the new one. */
async function checkMount(codexHome: string): Promise<readonly Finding[]> {
  const file = toAuthFile(codexHome)
  const mounts = await readText('/proc/self/mountinfo').catch(() => undefined)
  const isMount = mounts?.split('\n').some((line) => line.split(' ')[4] === file) ?? false
  if (!isMount) return []
  const fix = `mount the folder in place of the file: -v <host folder>:${codexHome}`
  return [
    {isProblem: true, text: 'auth.json is mounted by itself, so a refresh cannot be kept', fix},
  ]
}

/** Two copies of one ChatGPT login end each other, whichever groups they are in. */
async function checkCopies({folders, otherHomes = []}: CheckOptions): Promise<readonly Finding[]> {
  const homes = [...new Set([folders.codexHome, ...otherHomes])]
  const found = await Promise.all(homes.map(readCopy))
  const copies = found.filter((copy) => copy !== undefined)
  // Links to one file are that file.
  const files = copies.filter(
    ({inode}, index) => copies.findIndex((one) => one.inode === inode) === index,
  )
  return files.flatMap(({home, refreshToken}, index) => {
    const other = files.slice(index + 1).find((one) => one.refreshToken === refreshToken)
    if (!other) return []
    const fix = `ln -sf ${toAuthFile(other.home)} ${toAuthFile(home)}`
    const whose = home === folders.codexHome ? 'the login' : `the login in ${home}`
    return [{isProblem: true, text: `${whose} is a copy of that in ${other.home}`, fix}]
  })
}

async function readCopy(home: string) {
  const login = await readLogin(home)
  const file = await stat(toAuthFile(home)).catch(() => undefined)
  if (login.kind !== 'chatgpt' || !file) return undefined
  return {home, inode: file.ino, refreshToken: login.account.tokens.refreshToken}
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
  return [
    {
      isProblem: true,
      text: `the memory of all groups is where nobody reads it (${stale})`,
      fix: `mkdir -p ${global} && mv ${stale} ${found}`,
    },
  ]
}

async function checkWaiting({folders, nowMs}: CheckOptions): Promise<readonly Finding[]> {
  const places = ['messages', 'tasks'].map((name) => path.join(folders.ipc, name))
  let waiting = 0
  for (const place of places) {
    for (const name of await readdir(place).catch(() => [])) {
      const stats = await lstat(path.join(place, name)).catch(() => undefined)
      if (name.endsWith('.json') && stats && nowMs - stats.mtimeMs > STALE_MS) waiting += 1
    }
  }
  if (waiting === 0) return []
  const text = `${waiting} files for the host were not taken`
  return [{isProblem: true, text, fix: 'start the host, or: cao agent watch'}]
}

async function checkSpace({codexHome}: AgentFolders): Promise<readonly Finding[]> {
  const space = await statfs(codexHome).catch(() => undefined)
  if (!space || space.bavail * space.bsize > LEAST_SPACE) return []
  const fix = `du -xh ${codexHome} | sort -h | tail`
  return [{isProblem: true, text: 'the disk is nearly full', fix}]
}

function checkEnvironment(env: NodeJS.ProcessEnv): readonly Finding[] {
  const zone = env['TZ']
  const names = findOutranking(env)
  return [
    ...names.map((name) => ({
      isProblem: true,
      text: `${name} would take the place of the login in other starts of Codex`,
      fix: `unset ${name}`,
    })),
    ...(zone !== undefined && zone !== '' && !isTimeZone(zone)
      ? [
          {
            isProblem: true,
            text: `TZ is no time zone: ${String(zone)}`,
            fix: 'export TZ=Europe/Madrid',
          },
        ]
      : []),
  ]
}
