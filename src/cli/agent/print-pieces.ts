/**
 * `cao agent init`
 *
 * @module
 */
import path from 'node:path'
import {toContainerPieces} from '../../agent/setup/container-pieces.ts'
import {StorageError} from '../../errors.ts'
import {writeFile} from '../../files/write-file.ts'
import type {AgentContext} from './agent-context.ts'
import {makeFolder} from '../../files/make-folder.ts'

/** Options of `cao agent init`. */
export interface InitOptions {
  /** A folder to write the pieces to. Default: they are printed. */
  readonly write?: string
  /** The version of the Codex CLI. */
  readonly codexVersion?: string
}

/** Prints what a host adds to its container, or writes it into files. @returns The exit code. */
export async function printPieces(context: AgentContext, options: InitOptions): Promise<number> {
  const pieces = toContainerPieces(options.codexVersion)
  if (options.write === undefined) {
    for (const {file, text} of pieces) context.out(`--- ${file}\n${text}`)
    return 0
  }
  const folder = path.resolve(options.write)
  try {
    await makeFolder(folder)
    for (const {file, text} of pieces) {
      await writeFile(path.join(folder, file), text)
      context.out(path.join(folder, file))
    }
    return 0
  } catch (error) {
    const reason = error instanceof StorageError ? error.message : `${folder} cannot be made.`
    context.err(`Error: ${reason}`)
    return 1
  }
}
