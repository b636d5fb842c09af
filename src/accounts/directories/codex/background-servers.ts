/**
 * The background servers that the official CLI leaves behind in a CODEX_HOME.
 *
 * Its interactive screen starts an app server and a program that updates it. Both go on when the screen has gone,
 * with the login of their start, and when the folder is deleted. They write down who they are in
 * `app-server-daemon/daemon.pid` and `daemon-updater.pid` (0.169.0 and 0.171.0). On Windows, none are looked for.
 *
 * @module
 */
import {execFile} from 'node:child_process'
import {readFile} from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import {setTimeout as delay} from 'node:timers/promises'
import {promisify} from 'node:util'
import {
  parseJson,
  toJsonObject,
  toNumber,
  toText,
  type JsonObject,
} from '../../../base/json-object.ts'

/** The one that would start the other again comes first. */
const FILES = ['daemon-updater.pid', 'daemon.pid']

/** How long one may take to end by itself, and how often to look, in milliseconds. */
const PATIENCE_MS = 3000
const LOOK_EVERY_MS = 50

/** The servers of a folder that are running, by process id. Whatever is there, it never rejects. */
export async function findServers(home: string): Promise<readonly number[]> {
  const found = await Promise.all(FILES.map((file) => findServer(home, file)))
  return found.flatMap((pid) => pid ?? [])
}

/** Ends the servers of a folder. A process that is not the one that was written down is left alone. */
export async function endServers(home: string): Promise<void> {
  for (const file of FILES) {
    await endServer(home, file)
  }
}

async function endServer(home: string, file: string): Promise<void> {
  const pid = await findServer(home, file)
  if (pid === undefined) return
  send(pid, 'SIGTERM')
  for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += LOOK_EVERY_MS) {
    await delay(LOOK_EVERY_MS)
    // The file may be gone before the process is.
    if (!isRunning(pid)) return
  }
  if ((await findServer(home, file)) === pid) send(pid, 'SIGKILL')
}

async function findServer(home: string, file: string): Promise<number | undefined> {
  if (process.platform === 'win32') return undefined
  const text = await readFile(path.join(home, 'app-server-daemon', file), 'utf8').catch(() => '')
  const record = toJsonObject(parseJson(text))
  const pid = toNumber(record['pid'])
  if (pid === undefined || !Number.isSafeInteger(pid) || pid <= 1) return undefined
  return (await isSame(pid, record)) ? pid : undefined
}

/** Process ids are used again: the time of its start, and what it runs, tell the process from a later one. */
async function isSame(pid: number, record: JsonObject): Promise<boolean> {
  const identity = toJsonObject(record['processIdentity'])
  const ticks = toNumber(identity['startTicks'])
  if (process.platform !== 'linux' || ticks === undefined) return isSameForPs(pid, record)
  const [boot, stat, command] = await Promise.all(
    ['sys/kernel/random/boot_id', `${pid}/stat`, `${pid}/cmdline`].map((name) =>
      readFile(`/proc/${name}`, 'utf8').catch(() => ''),
    ),
  )
  // Its name, in brackets, may hold anything; the time is the twentieth field after it.
  const started = Number(stat!.slice(stat!.lastIndexOf(')') + 2).split(' ')[19])
  const isBoot = boot!.trim() === toText(identity['bootId'])
  return isBoot && started === ticks && command!.includes('app-server')
}

async function isSameForPs(pid: number, record: JsonObject): Promise<boolean> {
  const env = {...process.env, LC_ALL: 'C'}
  const args = ['-p', String(pid), '-o', 'lstart=,args=']
  const {stdout} = await promisify(execFile)('ps', args, {env}).catch(() => ({stdout: ''}))
  const started = toText(record['processStartTime'])
  return started !== undefined && stdout.trim().startsWith(started) && stdout.includes('app-server')
}

function isRunning(pid: number): boolean {
  return send(pid, 0)
}

function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}
