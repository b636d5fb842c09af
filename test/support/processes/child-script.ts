/**
 * Processes of a test: Node 20 runs no TypeScript, so their script is bundled first.
 *
 * @module
 */
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import process from 'node:process'
import {createInterface} from 'node:readline'
import {fileURLToPath} from 'node:url'
import {build} from 'esbuild'
import {onTestFinished} from 'vitest'

/** A process that runs a script, and speaks in lines. */
export interface ChildScript {
  /** The next line that it writes; rejects when it ends without one. */
  readLine(): Promise<string>
  writeLine(line: string): void
}

/** A script that can be started. */
export interface BundledScript {
  /** Starts a process. It is ended with the test. */
  start(...args: readonly string[]): ChildScript
  remove(): Promise<void>
}

/** Bundles `entry`, to be started as a process that speaks in lines. */
export async function bundleScript(entry: URL): Promise<BundledScript> {
  const {file, remove} = await bundleFile(entry)
  return {start: (...args) => startScript(file, args), remove}
}

/** Bundles `entry` into a file that Node can run. */
export async function bundleFile(
  entry: URL,
): Promise<{readonly file: string; readonly remove: () => Promise<void>}> {
  const folder = await mkdtemp(path.join(tmpdir(), 'child-script-'))
  const outfile = path.join(folder, 'script.mjs')
  await build({
    entryPoints: [fileURLToPath(entry)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    logLevel: 'warning',
  })
  return {file: outfile, remove: () => rm(folder, {recursive: true})}
}

function startScript(file: string, args: readonly string[]): ChildScript {
  const child = spawn(process.execPath, [file, ...args], {stdio: ['pipe', 'pipe', 'inherit']})
  onTestFinished(() => void child.kill())
  const lines = createInterface({input: child.stdout})[Symbol.asyncIterator]()
  const failed = once(child, 'error').then(([error]) => Promise.reject(error as Error))
  return {
    async readLine() {
      const line = await Promise.race([lines.next(), failed])
      if (line.done) throw new Error('The script ended and said nothing more')
      return line.value
    },
    writeLine: (line) => void child.stdin.write(`${line}\n`),
  }
}
