/**
 * The part of the card for an API key.
 *
 * @module
 */
import {createButton, createElement} from './create-element.ts'
import type {CardContext} from './draw-account.ts'

/** What the buttons do. */
export interface KeyActions {
  readonly store: (apiKey: string) => unknown
  readonly test: (apiKey: string) => unknown
}

/** Draws the field and its buttons. */
export function drawKey(
  {note, texts}: Pick<CardContext, 'note' | 'texts'>,
  {store, test}: KeyActions,
): readonly Node[] {
  const input = createElement('input', {
    type: 'password',
    autocomplete: 'off',
    spellcheck: 'false',
    'data-key': 'api-key',
  })
  const label = createElement('label', {class: 'field'}, texts.apiKey, input)
  const keep = createButton(texts.saveKey, () => store(input.value), {
    key: 'store-key',
    class: 'primary',
  })
  const attempt = createButton(texts.test, () => test(input.value), {key: 'test'})
  const buttons = createElement('div', {class: 'row below'}, keep, attempt)
  const message =
    note && createElement('p', {class: `message ${note.isGood ? 'good' : ''}`}, note.text)
  return [label, buttons, ...(message ? [message] : [])]
}
