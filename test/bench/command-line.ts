import {execFile, spawn} from 'node:child_process'
import {once} from 'node:events'
import {
  chmodSync,
  closeSync,
  fdatasyncSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import process from 'node:process'
import {promisify} from 'node:util'
import {measureInTurn} from './median.ts'
import type {Measurement} from './measurement.ts'

const CAO = path.resolve('dist/cao.js')
const ROUNDS = 22
const OUTPUT_ROUNDS = 6
const OUTPUT_BYTES = 80_000_000
const ADDED_AT_ONCE = 20

const MEGABYTE = 1024 * 1024

/** What a user waits for at every command, beyond Node itself. */
export const caoStart: Measurement = {
  name: 'cao list, cold, against an empty Node process',
  target: 1.6,
  measure: async () => {
    const home = makeHome()
    const run = async (args: readonly string[]) => {
      const startedAt = performance.now()
      await promisify(execFile)(process.execPath, args, {env: toEnv(home)})
      return performance.now() - startedAt
    }
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      await run([CAO, 'add', name, '--no-login'])
    }
    const {plain, plugin, ratio} = await measureInTurn(
      {rounds: ROUNDS},
      {plain: () => run(['-e', '0']), plugin: () => run([CAO, 'list'])},
    )
    rmSync(home, {recursive: true})
    const detail = `${plugin.toFixed(1)} ms against ${plain.toFixed(1)} ms`
    return {value: ratio, unit: 'times', detail}
  },
}

/**
 * What following the output of the Codex CLI costs, its start included. The file is on the disk at the end,
 * which can take 1 GB in a second; a command that keeps the output to search it takes hundreds of times as long.
 */
export const caoOutput: Measurement = {
  name: '80 MB through cao run into a file, against without',
  target: 10,
  measure: async () => {
    const home = makeHome()
    const codex = writeCodex(home)
    await promisify(execFile)(process.execPath, [CAO, 'add', 'a', '--no-login'], {env: toEnv(home)})
    const time = async (command: readonly string[]) => {
      const startedAt = performance.now()
      await runIntoFile(command, home)
      return performance.now() - startedAt
    }
    const {plain, plugin, ratio} = await measureInTurn(
      {rounds: OUTPUT_ROUNDS},
      {plain: () => time([codex]), plugin: () => time(toRun(codex))},
    )
    rmSync(home, {recursive: true})
    const detail = `${plugin.toFixed(0)} ms against ${plain.toFixed(0)} ms`
    return {value: ratio, unit: 'times', detail}
  },
}

/** How much of the output is kept in memory. */
export const caoMemory: Measurement = {
  name: '80 MB through cao run, memory at most',
  target: 100,
  measure: async () => {
    const home = makeHome()
    const codex = writeCodex(home)
    await promisify(execFile)(process.execPath, [CAO, 'add', 'a', '--no-login'], {env: toEnv(home)})
    const peakKilobytes = await runIntoFile(toRun(codex), home)
    rmSync(home, {recursive: true})
    return {value: (peakKilobytes * 1024) / MEGABYTE, unit: 'MB'}
  },
}

/** How many accounts are lost when all are added at once. */
export const caoAdd: Measurement = {
  name: `${ADDED_AT_ONCE} cao add at once, accounts that are lost`,
  target: 0,
  measure: async () => {
    const home = makeHome()
    const names = Array.from({length: ADDED_AT_ONCE}, (_, index) => `account-${index}`)
    const startedAt = performance.now()
    await Promise.all(
      names.map((name) =>
        promisify(execFile)(process.execPath, [CAO, 'add', name, '--no-login'], {env: toEnv(home)}),
      ),
    )
    const detail = `all of them in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`
    const file = path.join(home, '.codex-account-orchestrator/registry.json')
    const {accounts} = JSON.parse(readFileSync(file, 'utf8')) as {accounts: readonly string[]}
    rmSync(home, {recursive: true})
    return {value: names.length - accounts.length, unit: 'accounts', detail}
  },
}

function makeHome(): string {
  return mkdtempSync(path.join(tmpdir(), 'bench-cao-'))
}

function toEnv(home: string): NodeJS.ProcessEnv {
  // All that this machine sets slows an empty process down as well.
  return {...process.env, HOME: home}
}

function toRun(codex: string): readonly string[] {
  return [process.execPath, CAO, 'run', '--quiet', '--offline', '--codex', codex, '--', 'exec']
}

/** A program that writes one very long line, as fast as it can. */
function writeCodex(home: string): string {
  const file = path.join(home, 'codex')
  writeFileSync(path.join(home, 'text'), Buffer.alloc(OUTPUT_BYTES, 'x'))
  writeFileSync(file, '#!/bin/sh\ncat "$HOME/text"\n')
  chmodSync(file, 0o755)
  return file
}

/** @returns The most memory that the process had, in kilobytes; 0 where the system does not tell. */
async function runIntoFile(
  [command = '', ...args]: readonly string[],
  home: string,
): Promise<number> {
  const file = path.join(home, 'output')
  const output = openSync(file, 'w')
  const child = spawn(command, args, {env: toEnv(home), stdio: ['ignore', output, 'inherit']})
  let peak = 0
  const timer = setInterval(() => {
    peak = Math.max(peak, readPeak(child.pid ?? 0))
  }, 10)
  await once(child, 'close')
  clearInterval(timer)
  fdatasyncSync(output)
  closeSync(output)
  return peak
}

function readPeak(pid: number): number {
  try {
    const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return Number(kilobytes ?? 0)
  } catch {
    // It has ended, or the system has no such files.
    return 0
  }
}
