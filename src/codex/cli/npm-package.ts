/**
 * What npm installs for the official CLI: a script, on Windows a batch file that starts it, and in a package for each
 * system the program itself.
 *
 * Seen with 0.163.0 to 0.171.0; `vendor` inside the package of the script is that of the releases before them.
 *
 * @module
 */
import {readdir} from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'

/** The path of the script, seen from the folder that the batch file is in. */
const SCRIPT = ['node_modules', '@openai', 'codex', 'bin', 'codex.js'] as const

/** Whether Windows starts the file with a shell only. */
export function isForShell(file: string): boolean {
  return /\.(?:bat|cmd|ps1)$/i.test(file)
}

/** The script that npm's batch file starts, whether it is there or not. */
export function toScriptBeside(batchFile: string): string {
  return path.win32.join(path.win32.dirname(batchFile), ...SCRIPT)
}

/**
 * The files that can be the program behind a script or a batch file, the likeliest first: none where it is not of
 * that package. Started directly, the program gets signals at once, and no argument has to be quoted.
 *
 * @param file Its real path.
 */
export async function findPrograms(
  file: string,
  platform: NodeJS.Platform,
): Promise<readonly string[]> {
  const [, root] = /^(.*[\\/]@openai[\\/]codex)[\\/]bin[\\/]codex\.js$/.exec(file) ?? []
  const beside = path.join(path.dirname(file), 'node_modules', '@openai', 'codex')
  const codex = root ?? (isForShell(file) ? beside : undefined)
  if (codex === undefined) return []
  const name = platform === 'win32' ? 'codex.exe' : 'codex'
  const packageName = `codex-${platform}-${process.arch}`
  // npm puts the package of the system beside the other one, or into it.
  const scopes = [path.dirname(codex), path.join(codex, 'node_modules', '@openai')]
  const vendors = [
    ...scopes.map((scope) => path.join(scope, packageName, 'vendor')),
    path.join(codex, 'vendor'),
  ]
  const found = await Promise.all(
    vendors.map(async (vendor) => {
      const targets = await readdir(vendor).catch(() => [])
      return targets.map((target) => path.join(vendor, target, 'bin', name))
    }),
  )
  return found.flat()
}
