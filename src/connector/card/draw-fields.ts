/**
 * The two choices at the top of the card.
 *
 * @module
 */
import type {CardTexts} from '../client/card-texts.ts'
import {createElement} from './create-element.ts'

/** How a user reaches a provider. */
export type AuthMode = 'account' | 'api_key'

/** What there is to choose, what is chosen, and who is told. */
export interface FieldsOptions {
  readonly texts: CardTexts
  readonly providerTypes: readonly string[]
  readonly providerType: string
  readonly authModes: readonly string[]
  readonly authMode: AuthMode
  readonly onProviderType: (value: string) => void
  readonly onAuthMode: (value: AuthMode) => void
}

/** Draws the choices. */
export function drawFields(options: FieldsOptions): readonly Node[] {
  const {authMode, authModes, onAuthMode, onProviderType, providerType, providerTypes, texts} =
    options
  const providers = createSelect(
    {key: 'provider-type', values: providerTypes, chosen: providerType},
    onProviderType,
  )
  const modes = createSelect({key: 'auth-mode', values: authModes, chosen: authMode}, (value) =>
    onAuthMode(value === 'account' ? 'account' : 'api_key'),
  )
  return [
    createElement('label', {class: 'field'}, texts.providerType, providers),
    createElement('label', {class: 'field'}, texts.authMode, modes),
  ]
}

interface Choice {
  readonly key: string
  readonly values: readonly string[]
  readonly chosen: string
}

function createSelect(
  {chosen, key, values}: Choice,
  onChange: (value: string) => void,
): HTMLSelectElement {
  const options = values.map((value) =>
    createElement('option', {value, selected: value === chosen}, value),
  )
  const select = createElement('select', {'data-key': key}, ...options)
  select.addEventListener('change', () => onChange(select.value))
  return select
}
