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
import {openPromptKeys} from './prompt-keys.ts'

/** Lets the user choose an account, with arrow keys or by typing; `undefined` when they leave. */
export async function chooseName(
  folders: readonly AccountFolder[],
  io: Io,
): Promise<string | undefined> {
  // Enter alone changes nothing: the cursor starts on the first.
  const choices = folders
    .toSorted((one, other) => Number(other.isDefault) - Number(one.isDefault))
    .map(({name, isDefault}) => ({
      value: name,
      name: toTerminalLine(isDefault ? `${name} (default)` : name),
      short: toTerminalLine(name),
    }))
  const find = (term: string) => {
    const found = choices.filter(({value}) => value.toLowerCase().includes(term))
    const isMeant = ({value}: {readonly value: string}) => Number(value.toLowerCase() === term)
    return found.toSorted((one, other) => isMeant(other) - isMeant(one))
  }
  return untilLeft(io, (context) =>
    search(
      {
        message: 'Select an account:',
        source: (term = '') => find(term.trim().toLowerCase()),
      },
      context,
    ),
  )
}

/** Asks whether to go on; `false` when the user leaves. */
export async function confirm(
  message: string,
  {io, byDefault}: {readonly io: Io; readonly byDefault: boolean},
): Promise<boolean> {
  return (
    (await untilLeft(io, (context) =>
      confirmPrompt({message: toTerminalLine(message), default: byDefault}, context),
    )) ?? false
  )
}

interface Context {
  readonly input: NodeJS.ReadableStream
  readonly output: NodeJS.WritableStream
}

/** To leave is an answer, too. */
async function untilLeft<Answer>(
  {stdin, stdout}: Io,
  ask: (context: Context) => Promise<Answer>,
): Promise<Answer | undefined> {
  const keys = openPromptKeys(stdin)
  try {
    return await ask({input: keys.input, output: stdout})
  } catch (error) {
    if (error instanceof Error && /^(?:Exit|Abort|Cancel)PromptError$/.test(error.name))
      return undefined
    throw error
  } finally {
    keys.end()
  }
}
