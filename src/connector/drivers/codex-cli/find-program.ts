/**
 * The official CLI, as a program that can be started without a shell.
 *
 * npm installs a script, and on Windows a batch file, which only a shell could start. The program itself is inside the
 * package: started directly, it gets our signals, and no argument has to be quoted.
 *
 * @module
 */
import {constants} from 'node:fs'
import {access, readdir, realpath} from 'node:fs/promises'
import path from 'node:path'

/** Where it is looked for. */
export interface FindProgramOptions {
  readonly env: NodeJS.ProcessEnv
  readonly platform: NodeJS.Platform
}

/**
 * Finds the program.
 *
 * @param named A name, which is looked for in the PATH, or the path of a file.
 * @returns `undefined` where there is none.
 */
export async function findProgram(
  named: string,
  {env, platform}: FindProgramOptions,
): Promise<string | undefined> {
  for (const file of toCandidates(named, env, platform)) {
    const real = await realpath(file).catch(() => undefined)
    if (real === undefined || !(await canRun(real, platform))) continue
    const inside = await findInside(real, platform)
    if (inside !== undefined) return inside
    // A batch file cannot be started without a shell.
    if (!/\.(?:cmd|bat|ps1)$/i.test(real)) return real
  }
  return undefined
}

function toCandidates(
  named: string,
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
): readonly string[] {
  const isWindows = platform === 'win32'
  const endings = isWindows && path.extname(named) === '' ? ['.exe', '.cmd'] : ['']
  const isPath = named.includes('/') || (isWindows && named.includes('\\'))
  const [, search = ''] = Object.entries(env).find(([name]) => name.toUpperCase() === 'PATH') ?? []
  const folders = search.split(path.delimiter).filter((folder) => path.isAbsolute(folder))
  const files = isPath ? [path.resolve(named)] : folders.map((folder) => path.join(folder, named))
  return files.flatMap((file) => endings.map((ending) => file + ending))
}

async function canRun(file: string, platform: NodeJS.Platform): Promise<boolean> {
  const mode = platform === 'win32' ? constants.R_OK : constants.X_OK
  return access(file, mode).then(
    () => true,
    () => false,
  )
}

/** The program of the package that the script, or the batch file beside it, belongs to. */
async function findInside(file: string, platform: NodeJS.Platform): Promise<string | undefined> {
  const [, root] = /^(.*[\\/]@openai[\\/]codex)[\\/]bin[\\/]codex\.js$/.exec(file) ?? []
  const beside = path.join(path.dirname(file), 'node_modules', '@openai', 'codex')
  const isBatch = /\.(?:cmd|ps1)$/i.test(file)
  const codex = root ?? (isBatch ? beside : undefined)
  if (codex === undefined) return undefined
  const name = platform === 'win32' ? 'codex.exe' : 'codex'
  const packageName = `codex-${platform}-${process.arch}`
  // npm puts the package of the platform beside the other one, or into it.
  const vendors = [path.dirname(codex), path.join(codex, 'node_modules', '@openai')].map((scope) =>
    path.join(scope, packageName, 'vendor'),
  )
  for (const vendor of [...vendors, path.join(codex, 'vendor')]) {
    const targets = await readdir(vendor).catch(() => [])
    for (const target of targets) {
      const program = path.join(vendor, target, 'bin', name)
      if (await canRun(program, platform)) return program
    }
  }
  return undefined
}
