/**
 * The program `codex` that stands before the real one in the PATH: it starts the gateway where it does not run, so that
 * a Codex that is led to the gateway finds it.
 *
 * @module
 */
import {randomBytes} from 'node:crypto'
import {link, lstat, open, readdir, rename, rm} from 'node:fs/promises'
import path from 'node:path'
import {quoteForShell} from '../../codex/cli/quote-for-shell.ts'
import {SHIM_MARK} from '../../codex/cli/find-program.ts'
import {readText} from '../../files/read-file.ts'
import {hasErrorCode, toStorageError} from '../../files/storage-failure.ts'
import {syncFolder} from '../../files/write-file.ts'
import {makeFolder} from '../../files/make-folder.ts'

const PREFIX = '.codex.openai-codex-auth-'

/** What it starts. */
export interface ShimCommands {
  /** The absolute path of the real Codex CLI. */
  readonly codex: string
  /** Starts the gateway, and ends at once. */
  readonly start: readonly string[]
  /** A file, in JSON, in which a gateway that runs has written its process id down. */
  readonly stateFile: string
}

/**
 * Its text. Nothing in it is taken for more than a text by the shell. A shim that starts itself, whatever way leads
 * there, says so: a program that takes the place of another one keeps its process id.
 */
export function toShimText({codex, start, stateFile}: ShimCommands): string {
  return `#!/bin/sh
${SHIM_MARK}
# Made by \`cao gateway enable\`, removed by \`cao gateway disable\`.
codex=${quoteForShell(codex)}
if [ "\${CAO_SHIM_PROCESS:-}" = "$$" ]; then
  echo "cao: $codex leads back to this file. Run cao gateway enable again." >&2
  exit 127
fi
export CAO_SHIM_PROCESS=$$
process=$(sed -n 's/^ *"pid": *\\([0-9]*\\).*/\\1/p' ${quoteForShell(stateFile)} 2>/dev/null)
# A program that has ended can still have its number, in a container for example.
case "$(cut -d' ' -f3 "/proc/$process/stat" 2>/dev/null)" in Z) process= ;; esac
if ! kill -0 "$process" 2>/dev/null; then
  ${start.map(quoteForShell).join(' ')} </dev/null >/dev/null 2>&1 || echo "cao: The gateway could not be started. Run cao gateway start." >&2
fi
exec "$codex" "$@"
`
}

/**
 * Puts the shim into its place, if there is nothing or one of ours: never through a link.
 *
 * @returns `taken` when something else is there, which is left alone.
 * @throws {StorageError} It cannot be written.
 */
export async function installShim(file: string, text: string): Promise<'installed' | 'taken'> {
  try {
    await makeFolder(path.dirname(file))
    await removeLeftovers(path.dirname(file))
    const place = await lookAt(file)
    if (place === 'taken') return 'taken'
    const temporaryFile = path.join(path.dirname(file), PREFIX + randomBytes(6).toString('hex'))
    try {
      await writeProgram(temporaryFile, text)
      if (place === 'ours') await rename(temporaryFile, file)
      // Fails where somebody has just put something there.
      else await link(temporaryFile, file)
    } finally {
      await rm(temporaryFile, {force: true})
    }
    await syncFolder(path.dirname(file))
    return 'installed'
  } catch (error) {
    if (hasErrorCode(error, 'EEXIST', 'ENOTDIR')) return 'taken'
    throw toStorageError(file, error)
  }
}

/**
 * Takes the shim away, if it is one of ours.
 *
 * @returns Whether there was one.
 * @throws {StorageError} It cannot be removed.
 */
export async function removeShim(file: string): Promise<boolean> {
  try {
    await removeLeftovers(path.dirname(file))
    if ((await lookAt(file)) !== 'ours') return false
    await rm(file)
    return true
  } catch (error) {
    throw toStorageError(file, error)
  }
}

async function lookAt(file: string): Promise<'free' | 'ours' | 'taken'> {
  try {
    if (!(await lstat(file)).isFile()) return 'taken'
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENOTDIR')) return 'free'
    throw error
  }
  // A program of another kind may be larger than what is read.
  const text = await readText(file, {maxBytes: 16_384}).catch(() => '')
  return text?.split('\n', 2)[1] === SHIM_MARK ? 'ours' : 'taken'
}

async function writeProgram(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx', 0o755)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Of a process that was killed. */
async function removeLeftovers(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  const left = names.filter((name) => name.startsWith(PREFIX))
  await Promise.all(left.map((name) => rm(path.join(folder, name), {force: true})))
}
