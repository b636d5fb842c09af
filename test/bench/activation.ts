import {execFile} from 'node:child_process'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import process from 'node:process'
import {pathToFileURL} from 'node:url'
import {promisify} from 'node:util'
import {measureCpuMs} from './cpu-time.ts'
import {measureInTurn} from './median.ts'
import type {Measurement} from './measurement.ts'

const ROUNDS = 22
/** The least that a host accepts. */
const EMPTY = 'export const activate = async () => ({dispose() {}})'
const PLUGIN = path.resolve('dist/main.js')

/** What a host waits for at start, beyond what any plugin costs. */
export const activation: Measurement = {
  name: 'Import and activate, more than an empty plugin',
  target: 5,
  measure: async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'bench-'))
    const empty = path.join(folder, 'empty.mjs')
    writeFileSync(empty, EMPTY)
    const {plain, plugin} = await measureInTurn(
      {rounds: ROUNDS},
      {
        plain: async () => activateInFreshProcess(empty),
        plugin: async () => activateInFreshProcess(PLUGIN),
      },
    )
    rmSync(folder, {recursive: true})
    const detail = `${plugin.toFixed(1)} ms against ${plain.toFixed(1)} ms of processor time`
    return {value: plugin - plain, unit: 'ms', detail}
  },
}

/** The child's part: prints the processor time (milliseconds) of importing and activating `entry`. */
export async function runActivation(entry: string): Promise<void> {
  const context = createInertContext()
  const {href} = pathToFileURL(entry)
  const cpuMs = await measureCpuMs(async () => {
    const plugin = (await import(href)) as {activate(context: unknown): Promise<unknown>}
    await plugin.activate(context)
  })
  console.log(cpuMs)
  process.exit()
}

function nothing(): void {}

/** A host that does nothing with what it is given, so that only the plugin is measured. */
function createInertContext() {
  const register = () => ({dispose: nothing})
  return {
    commands: {register},
    providers: {register},
    logger: {debug: nothing, info: nothing, warn: nothing, error: nothing},
    settings: {get: nothing, onDidChange: register},
    storage: {local: {get: async () => {}}, secrets: {get: async () => {}}},
    ui: {},
  }
}

async function activateInFreshProcess(entry: string): Promise<number> {
  const child = await promisify(execFile)(process.execPath, [process.argv[1]!, 'activation', entry])
  return Number(child.stdout)
}
