/**
 * Boxes to type into.
 *
 * @module
 */
import type {InputBoxOptions} from 'alma-plugin-api'
import type {AlmaUi} from './alma-api.ts'

/** What a box is opened with. */
export interface AskForTextOptions extends InputBoxOptions {
  /** Says what is wrong with a text; `undefined` when it can be used. */
  readonly validateInput: (value: string) => string | undefined
}

/**
 * Asks for a text. The host's boxes live in another process, where they may not be able to check it, so what
 * comes back is checked again, and the user is told.
 *
 * @returns The text without spaces around it; `undefined` when there is none that can be used.
 */
export async function askForText(
  ui: Pick<AlmaUi, 'showInputBox' | 'showNotification'>,
  options: AskForTextOptions,
): Promise<string | undefined> {
  const text: unknown = await ui.showInputBox?.(options)
  if (typeof text !== 'string') return undefined
  const refusal = options.validateInput(text)
  if (refusal === undefined) return text.trim()
  ui.showNotification(refusal, {type: 'warning'})
  return undefined
}
