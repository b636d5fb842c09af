/**
 * Facts as a terminal shows them.
 *
 * @module
 */
import {toPlainText} from '../base/plain-text.ts'
import {mapTexts} from './map-texts.ts'

/** Longer than any text that is worth showing, in characters. */
const MAX_CHARACTERS = 2000

/** The same facts with every text on one line, and without tokens: files and servers may have put some there. */
export function toShownTexts<Value>(value: Value): Value {
  return mapTexts(value, (text) => toPlainText(text, MAX_CHARACTERS))
}
