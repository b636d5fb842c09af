/**
 * A message as the backend takes it.
 *
 * @module
 */
import {isJsonObject, toJsonObject, toText} from '../../../base/json-object.ts'
import {MAX_TEXT_CHARACTERS, shortenText} from '../bounds.ts'
import type {Item} from '../memory/item-memory.ts'
import type {Place} from '../place.ts'
import {shapeContent} from './shape-content.ts'

/** Words of other APIs and programs for those who speak. Anybody else counts as the user. */
const ROLES: ReadonlyMap<unknown, string> = new Map(
  Object.entries({
    ai: 'assistant',
    assistant: 'assistant',
    bot: 'assistant',
    developer: 'developer',
    model: 'assistant',
    system: 'developer',
    user: 'user',
  }),
)

const PHASES: readonly unknown[] = ['commentary', 'final_answer']

/**
 * Gives a message a role that the backend knows and renames the parts of its content. What the model
 * cannot have said, such as an image, becomes a user message right behind.
 *
 * @returns The message itself when nothing had to change, in a list; an empty list if it says nothing.
 * @throws {RequestInvalidError} The newest user message holds what the backend cannot read.
 */
export function shapeMessage(given: Item, place: Place): readonly Item[] {
  const {field, report} = place
  const message = withKnownPhase(withKnownRole(given, place), place)
  const {role, content} = message
  if (typeof content === 'string') {
    if (content === '') return dropSilent(place)
    const text = shortenText(content, MAX_TEXT_CHARACTERS)
    if (text === content) return [message]
    report(`${field}.content`, 'clamped', 'The backend takes no longer text')
    return [{...message, content: text}]
  }
  if (content === undefined || content === null) return dropSilent(place)
  const parts = Array.isArray(content) ? content : [content]
  const direction = role === 'assistant' ? 'output' : 'input'
  const shaped = shapeContent(parts, direction, {...place, field: `${field}.content`})
  if (shaped.every(isSilent)) return dropSilent(place)
  if (direction === 'output' && shaped.some(isInput)) return splitMessage(message, shaped, place)
  return shaped === content ? [message] : [{...message, content: shaped}]
}

function dropSilent({field, report}: Place): readonly Item[] {
  report(field, 'dropped', 'A message without content says nothing')
  return []
}

function withKnownRole(message: Item, {field, report}: Place): Item {
  const {role} = message
  const known = ROLES.get(role) ?? 'user'
  if (known === role) return message
  const reason =
    role === 'system'
      ? 'System messages are called developer messages'
      : 'The backend knows user, assistant and developer'
  report(`${field}.role`, 'replaced', reason)
  return {...message, role: known}
}

function withKnownPhase(message: Item, {field, report}: Place): Item {
  const {phase, role} = message
  if (phase === undefined || (role === 'assistant' && PHASES.includes(phase))) return message
  if (phase !== null) report(`${field}.phase`, 'dropped', 'It is no phase that is known')
  return {...message, phase: undefined}
}

function splitMessage(
  message: Item,
  parts: readonly unknown[],
  {field, report}: Place,
): readonly Item[] {
  report(field, 'moved', 'Images and files of an assistant become a user message behind it')
  const said = parts.filter((part) => !isInput(part))
  const shown = {type: 'message', role: 'user', content: parts.filter(isInput)}
  return said.every(isSilent) ? [shown] : [{...message, content: said}, shown]
}

function isInput(part: unknown): boolean {
  return isJsonObject(part) && (part['type'] === 'input_image' || part['type'] === 'input_file')
}

/** A text without a character. */
function isSilent(part: unknown): boolean {
  const {type, text, refusal} = toJsonObject(part)
  return type === 'refusal' ? toText(refusal) === undefined : text === ''
}
