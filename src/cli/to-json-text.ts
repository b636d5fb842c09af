/**
 * JSON for a terminal, a file or a pipe.
 *
 * @module
 */

/** Indented JSON. What a terminal might obey, or what turns a text around, is escaped. */
export function toJsonText(value: unknown): string {
  return JSON.stringify(value, undefined, 2).replaceAll(
    /[\u007F-\u009F\p{Cf}\p{Co}]/gu,
    (character) =>
      Array.from({length: character.length}, (_, index) => {
        const unit = character.charCodeAt(index).toString(16)
        return String.raw`\u${unit.padStart(4, '0')}`
      }).join(''),
  )
}
