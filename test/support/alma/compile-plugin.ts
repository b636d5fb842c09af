/**
 * Turns a plugin's entry into what the host imports.
 *
 * @module
 */
import {execFile} from 'node:child_process'
import {createHash} from 'node:crypto'
import {existsSync, mkdirSync, readdirSync, renameSync, statSync} from 'node:fs'
import {createRequire} from 'node:module'
import path from 'node:path'
import process from 'node:process'
import {promisify} from 'node:util'

const runFile = promisify(execFile)
const require = createRequire(import.meta.url)
const BUN_PACKAGE = path.dirname(require.resolve('bun/package.json'))
const BUN = path.join(BUN_PACKAGE, 'bin/bun.exe')

/** Below `node_modules`, so that a test runner imports the result with the real `import`. */
const CACHE = path.resolve(BUN_PACKAGE, '../.cache/alma-host')

/**
 * Bundles `entry` with Bun and the host's own arguments, once per state of its folder.
 *
 * @returns The path of an ES module.
 * @throws What Bun said, when it cannot bundle the entry.
 */
export async function compilePlugin(entry: string): Promise<string> {
  const key = `${entry}${newestChangeMs(path.dirname(entry))}`
  const name = createHash('sha256').update(key).digest('hex').slice(0, 16)
  const compiled = path.join(CACHE, `${name}.mjs`)
  if (existsSync(compiled)) return compiled
  mkdirSync(CACHE, {recursive: true})
  // Test files run side by side: each writes its own file, and the last to finish wins.
  const own = path.join(CACHE, `${name}.${process.pid}.${process.hrtime.bigint()}.mjs`)
  const external = ['--external', 'electron', '--external', 'zod']
  const target = ['--target', 'node', '--format', 'esm']
  await runFile(BUN, ['build', entry, '--outfile', own, ...target, ...external])
  renameSync(own, compiled)
  return compiled
}

/**
 * The file a manifest's `main` stands for: itself, else its TypeScript source.
 *
 * @throws {Error} Neither is there.
 */
export function findEntry(folder: string, main: string): string {
  const candidates = [main, main.replace(/\.js$/, '.ts')].map((name) => path.join(folder, name))
  const entry = candidates.find((candidate) => existsSync(candidate))
  if (entry === undefined) throw new Error(`The plugin has no ${main}. Run the build first.`)
  return entry
}

function newestChangeMs(folder: string): number {
  const files = readdirSync(folder, {withFileTypes: true}).filter((entry) => entry.isFile())
  return Math.max(...files.map(({name}) => statSync(path.join(folder, name)).mtimeMs))
}
