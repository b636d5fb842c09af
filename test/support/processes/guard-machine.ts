import {mkdtempSync, readdirSync, rmSync, statSync} from 'node:fs'
import {homedir, tmpdir} from 'node:os'
import path from 'node:path'
import process from 'node:process'
import {setTimeout as delay} from 'node:timers/promises'
import {findProcesses} from './find-processes.ts'

const CAO = path.resolve(import.meta.dirname, '../../../dist/cao.js')

/** How long what was told to end may take, in milliseconds. */
const LONGEST_END_MS = 10_000

/**
 * Before all tests: the home folder is an empty one, for whatever a story starts without one of its own. After them:
 * the run fails when something of it is still running, or came into the home folder of whoever runs it.
 */
export function setup(): () => Promise<void> {
  const realHome = homedir()
  const before = new Set(findProcesses(CAO).map(({pid}) => pid))
  const files = listFiles(realHome)
  const home = mkdtempSync(path.join(tmpdir(), 'openai-codex-auth-home-'))
  // What npm knows of the machine: stories install programs.
  process.env['npm_config_userconfig'] ??= path.join(realHome, '.npmrc')
  process.env['npm_config_cache'] ??= path.join(realHome, '.npm')
  process.env['HOME'] = home
  process.env['USERPROFILE'] = home
  return async () => {
    const left = await waitForEnds(before)
    for (const {pid} of left) process.kill(pid, 'SIGKILL')
    const faults = [
      ...left.map(({command}) => `A test has left this running: ${command}`),
      ...listFiles(realHome)
        .filter((file) => !files.includes(file))
        .map((file) => `A test has written outside its folders: ${file}`),
      ...readdirSync(home, {recursive: true, encoding: 'utf8'})
        .filter((file) => /auth\.json|gateway\./.test(file))
        .map((file) => `A test has used a home folder that is not its own: ${file}`),
    ]
    rmSync(home, {recursive: true, force: true})
    if (faults.length === 0) return
    process.stderr.write(`${faults.join('\n')}\n`)
    process.exitCode = 1
  }
}

async function waitForEnds(before: ReadonlySet<number>) {
  const untilMs = Date.now() + LONGEST_END_MS
  for (;;) {
    const left = findProcesses(CAO).filter(({pid}) => !before.has(pid))
    if (left.length === 0 || Date.now() > untilMs) return left
    await delay(50)
  }
}

/** What a gateway, a login or a shim would leave there, with the time of its last change. */
function listFiles(home: string): readonly string[] {
  const base = path.join(home, '.codex-account-orchestrator')
  const files = ['gateway.log', 'gateway.keys.json', 'gateway.codex.json', 'registry.json']
  return [
    ...files.map((name) => path.join(base, name)),
    path.join(home, '.codex', 'config.toml'),
    path.join(home, '.local', 'bin', 'codex'),
  ].flatMap((file) => {
    const found = statSync(file, {throwIfNoEntry: false})
    return found ? [`${file} (${found.mtime.toISOString()})`] : []
  })
}
