/**
 * Making a client key, and showing it once.
 *
 * @module
 */
import {useSignal} from '@preact/signals'
import {useEffect, useRef} from 'preact/hooks'
import type {KeyScope} from '../../keys/client-key.ts'
import type {PageKeyWish} from '../../management/page-state.ts'
import {CopyButton} from '../parts/copy-button.tsx'
import type {PageStore} from '../page-store.ts'

/** Where keys are made. */
export interface AddKeyFormProps {
  readonly store: PageStore
}

const SCOPES: readonly (readonly [KeyScope, string])[] = [
  ['answers', 'Answers'],
  ['images', 'Images'],
  ['codex', 'Other calls of the Codex CLI'],
  ['accounts', 'Logging accounts in and out, by the connector'],
]

const EXPIRIES = [
  ['', 'Never'],
  ['7', 'In 7 days'],
  ['30', 'In 30 days'],
  ['90', 'In 90 days'],
  ['365', 'In a year'],
] as const

/** The form, and the key that was made last. */
export function AddKeyForm({store}: AddKeyFormProps) {
  const made = useSignal<MadeKey | undefined>(undefined)
  const submit = async (event: SubmitEvent, form: HTMLFormElement) => {
    event.preventDefault()
    const wish = readWish(new FormData(form))
    const secret = await store.addKey(wish)
    if (secret === undefined) return
    form.reset()
    made.value = {secret, name: wish.name}
  }
  return (
    <>
      {made.value && <NewKey {...made.value} forget={() => (made.value = undefined)} />}
      <h3 id="new-key">New client key</h3>
      <form
        class="card fields"
        aria-labelledby="new-key"
        onSubmit={(event) => void submit(event, event.currentTarget)}
      >
        <Fields />
        <button type="submit">Make the key</button>
      </form>
    </>
  )
}

function Fields() {
  return (
    <>
      <label>
        Name{' '}
        <input
          name="name"
          type="text"
          required
          pattern="[\w.@\-]{1,64}"
          title="At most 64 letters, digits and . _ @ -"
          autocomplete="off"
          spellcheck={false}
        />
      </label>
      <label>
        For clients that are{' '}
        <select name="class">
          <option value="interactive">interactive: somebody waits for the answer</option>
          <option value="background">in the background: reserves are kept from them</option>
        </select>
      </label>
      <fieldset class="row wrap">
        <legend>Good for</legend>
        {SCOPES.map(([scope, text]) => (
          <label key={scope} class="inline">
            <input
              type="checkbox"
              name="scopes"
              value={scope}
              defaultChecked={scope === 'answers' || scope === 'images'}
            />
            {text}
          </label>
        ))}
      </fieldset>
      <label>
        Models, with commas in between; none means all{' '}
        <input name="models" type="text" autocomplete="off" spellcheck={false} />
      </label>
      <label>
        Expires{' '}
        <select name="expires">
          {EXPIRIES.map(([days, text]) => (
            <option key={days} value={days}>
              {text}
            </option>
          ))}
        </select>
      </label>
    </>
  )
}

interface MadeKey {
  readonly name: string
  /** The key itself. */
  readonly secret: string
}

function NewKey({forget, name, secret}: MadeKey & {readonly forget: () => void}) {
  const title = useRef<HTMLHeadingElement>(null)
  useEffect(() => title.current?.focus(), [secret])
  return (
    <section class="card panel" aria-labelledby="made-key">
      <h3 id="made-key" ref={title} tabIndex={-1}>
        The key of {name}
      </h3>
      <p class="row wrap">
        <code class="secret">{secret}</code>
        <CopyButton name="The key" text={secret} />
      </p>
      <p>This is the only time that the key is shown. Clients send it as their API key.</p>
      <button type="button" onClick={forget}>
        Done
      </button>
    </section>
  )
}

function readWish(form: FormData): PageKeyWish {
  const models = readText(form, 'models')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
  const days = readText(form, 'expires')
  const chosen = form.getAll('scopes')
  return {
    name: readText(form, 'name').trim(),
    class: readText(form, 'class') === 'background' ? 'background' : 'interactive',
    scopes: SCOPES.filter(([scope]) => chosen.includes(scope)).map(([scope]) => scope),
    ...(models.length > 0 && {models}),
    ...(days !== '' && {expiresInDays: Number(days)}),
  }
}

function readText(form: FormData, name: string): string {
  const value = form.get(name)
  return typeof value === 'string' ? value : ''
}
