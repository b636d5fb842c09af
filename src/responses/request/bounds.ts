/**
 * How long texts may be that the backend takes, and what becomes of longer ones.
 *
 * @module
 */

/** The longest text of a message or of a tool's output ("string_above_max_length", bluebox #31). */
export const MAX_TEXT_CHARACTERS = 10_485_760

/** The longest arguments of a call (openai/codex #13270). */
export const MAX_ARGUMENTS_CHARACTERS = 1_048_576

/** The longest content of a file, as a data URL (the published schema of the Responses API). */
export const MAX_FILE_CHARACTERS = 73_400_320

/** The longest name of a tool (openai/codex #46358). */
export const MAX_NAME_CHARACTERS = 64

/** The longest JSON of something unknown that is shown to the model. */
const MAX_SHOWN_CHARACTERS = 4000

/** Beginning and end of a text that is too long, with a note in between. */
export function shortenText(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text
  const note = `\n[… ${text.length - maxCharacters} characters or more were left out here, because ChatGPT takes at most ${maxCharacters} …]\n`
  const half = Math.floor((maxCharacters - note.length) / 2)
  return `${text.slice(0, half)}${note}${text.slice(-half)}`.toWellFormed()
}

/** The same for arguments: still JSON, with the beginning of what was written. */
export function shortenArguments(text: string): string {
  const max = MAX_ARGUMENTS_CHARACTERS
  if (text.length <= max) return text
  const note = `The arguments were ${text.length} characters long and are shortened here, because ChatGPT takes at most ${max}`
  let kept = max / 2
  let shortened = ''
  do {
    shortened = JSON.stringify({note, beginning: text.slice(0, kept).toWellFormed()})
    kept = Math.floor(kept / 2)
  } while (shortened.length > max)
  return shortened
}

/** Something unknown as JSON that is not too long to be read. */
export function toShownJson(value: unknown): string {
  return shortenText(JSON.stringify(value ?? null), MAX_SHOWN_CHARACTERS)
}
