/**
 * Questions to the user at the terminal. What they show of files is text, and never obeyed by the terminal.
 *
 * @module
 */
import confirmPrompt from '@inquirer/confirm'
import search from '@inquirer/search'
import type {AccountFolder} from '../accounts/directories/base-folder.ts'
import {toTerminalLine} from '../base/plain-text.ts'
import type {Io} from './io.ts'

/** Lets the user choose an account, with arrow keys or by typing; `undefined` when they leave. */
export async function chooseName(
  folders: readonly AccountFolder[],
  io: Io,
): Promise<string | undefined> {
  const choices = folders.map(({name, isDefault}) => ({
    value: name,
    name: toTerminalLine(isDefault ? `${name} (default)` : name),
    short: toTerminalLine(name),
  }))
  return untilLeft(
    search(
      {
        message: 'Select an account:',
        source: (term = '') =>
          choices.filter(({value}) => value.toLowerCase().includes(term.trim().toLowerCase())),
      },
      toContext(io),
    ),
  )
}

/** Asks whether to go on; `false` when the user leaves. */
export async function confirm(
  message: string,
  {io, byDefault}: {readonly io: Io; readonly byDefault: boolean},
): Promise<boolean> {
  return (
    (await untilLeft(
      confirmPrompt({message: toTerminalLine(message), default: byDefault}, toContext(io)),
    )) ?? false
  )
}

function toContext({stdin, stdout}: Io) {
  return {input: stdin, output: stdout}
}

/** Ctrl-C and Ctrl-D are answers, too. */
async function untilLeft<Answer>(answer: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof Error && /^(?:Exit|Abort|Cancel)PromptError$/.test(error.name))
      return undefined
    throw error
  }
}
