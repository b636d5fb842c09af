/**
 * `<codex-account-card>`: connects a ChatGPT account from any page, through a connector.
 *
 * Attributes: `base-url` (default `/ops`), `lang` (`en` or `es`; default: that of the page, or of the browser),
 * `theme` (`light` or `dark`; default: that of the system), `provider-types` (a list for the first choice; default
 * `codex`). The event `provider-save` comes before the choice is sent to the connector; whoever cancels it keeps the
 * choice elsewhere. The event `account-change` comes with each step.
 *
 * @module
 */
import {createAccountView, type AccountView, type AccountViewState} from '../client/account-view.ts'
import {toCardLanguage, toCardTexts, type CardLanguage} from '../client/card-texts.ts'
import {
  ConnectorRequestError,
  createConnectorClient,
  type ConnectorClient,
} from '../client/connector-client.ts'
import {CARD_STYLE} from './card-style.ts'
import {createButton, createElement} from './create-element.ts'
import {drawAccount, drawTimeLeft, type CardContext} from './draw-account.ts'

const COPIED_MS = 2000
const TICK_MS = 1000

type AuthMode = 'account' | 'api_key'

class CodexAccountCard extends HTMLElement {
  static readonly observedAttributes = ['base-url', 'lang']

  readonly #root = this.attachShadow({mode: 'open'})
  readonly #title = createElement('h2', {id: 'title'})
  readonly #fields = createElement('div', {class: 'fields'})
  readonly #body = createElement('div', {class: 'body', tabindex: '-1'})
  readonly #live = createElement('p', {class: 'hidden', role: 'status', 'aria-live': 'polite'})
  #client: ConnectorClient | undefined
  #view: AccountView | undefined
  #ticking: number | undefined
  #authMode: AuthMode = 'account'
  #authModes: readonly string[] = ['account', 'api_key']
  #providerType = 'codex'
  #note: CardContext['note']

  constructor() {
    super()
    const style = new CSSStyleSheet()
    style.replaceSync(CARD_STYLE)
    this.#root.adoptedStyleSheets = [style]
    const parts = [this.#title, this.#fields, this.#body, this.#live]
    this.#root.append(
      createElement('section', {class: 'card', 'aria-labelledby': 'title'}, ...parts),
    )
  }

  connectedCallback(): void {
    this.#start()
    this.#ticking = window.setInterval(() => this.#tick(), TICK_MS)
  }

  disconnectedCallback(): void {
    this.#view?.close()
    window.clearInterval(this.#ticking)
  }

  attributeChangedCallback(_name: string, before: string | null, after: string | null): void {
    if (this.isConnected && this.#view && before !== after) this.#start()
  }

  get #language(): CardLanguage {
    const named = this.getAttribute('lang') ?? this.closest('[lang]')?.getAttribute('lang')
    return toCardLanguage(named ?? navigator.language)
  }

  get #context(): CardContext {
    const view = this.#view
    return {
      texts: toCardTexts(this.#language),
      language: this.#language,
      note: this.#note,
      actions: {
        connect: () => this.#act(() => view?.connect()),
        cancel: () => this.#act(() => view?.cancel()),
        logOut: () => this.#act(() => view?.logOut()),
        load: () => this.#act(() => view?.load()),
        save: () => this.#save(),
        test: () => this.#test(),
        copy: (text, key) => this.#copy(text, key),
      },
    }
  }

  #start(): void {
    this.#view?.close()
    this.#note = undefined
    const client = createConnectorClient({
      baseUrl: this.getAttribute('base-url') ?? '/ops',
      language: this.#language,
      fetch: (input, init) => window.fetch(input, init),
    })
    this.#client = client
    this.#view = createAccountView({client, delay, onChange: (state) => this.#show(state)})
    this.#drawFields()
    void this.#readModes(client)
    void this.#view.load()
  }

  async #readModes(client: ConnectorClient): Promise<void> {
    const capabilities = await client.getCapabilities().catch(() => undefined)
    const modes = capabilities?.items['codex']?.auth_modes_supported
    if (client !== this.#client || !modes) return
    this.#authModes = modes
    if (!modes.includes(this.#authMode)) this.#authMode = 'api_key'
    this.#drawFields()
    this.#draw()
  }

  #act(step: () => unknown): unknown {
    this.#note = undefined
    return step()
  }

  #show(state: AccountViewState): void {
    this.#draw()
    this.#live.textContent = this.#body.querySelector('.badge')?.textContent ?? ''
    const detail = {phase: state.phase}
    this.dispatchEvent(new CustomEvent('account-change', {detail, bubbles: true, composed: true}))
  }

  #drawFields(): void {
    const texts = toCardTexts(this.#language)
    this.#title.textContent = texts.settings
    const types = (this.getAttribute('provider-types') ?? 'codex')
      .split(',')
      .map((one) => one.trim())
    const providers = createSelect(
      {key: 'provider-type', values: types, chosen: this.#providerType},
      (value) => {
        this.#providerType = value
        this.#draw()
      },
    )
    const modes = createSelect(
      {key: 'auth-mode', values: this.#authModes, chosen: this.#authMode},
      (value) => {
        this.#authMode = value === 'account' ? 'account' : 'api_key'
        this.#note = undefined
        this.#draw()
      },
    )
    this.#keepFocus(() =>
      this.#fields.replaceChildren(
        createElement('label', {class: 'field'}, texts.providerType, providers),
        createElement('label', {class: 'field'}, texts.authMode, modes),
      ),
    )
  }

  #draw(): void {
    const {state} = this.#view ?? {}
    if (!state) return
    this.#keepFocus(() => {
      if (this.#providerType !== 'codex') {
        this.#body.replaceChildren(createElement('slot', {name: 'other-provider'}))
      } else if (this.#authMode === 'api_key') {
        this.#body.replaceChildren(...this.#drawKey())
      } else {
        this.#body.replaceChildren(...drawAccount(state, this.#context))
        this.#tick()
      }
    })
  }

  #drawKey(): readonly Node[] {
    const {note, texts} = this.#context
    const input = createElement('input', {
      type: 'password',
      autocomplete: 'off',
      spellcheck: 'false',
      'data-key': 'api-key',
    })
    const label = createElement('label', {class: 'field'}, texts.apiKey, input)
    const store = createButton(texts.saveKey, () => this.#storeKey(input.value), {
      key: 'store-key',
      class: 'primary',
    })
    const test = createButton(texts.test, () => this.#test(input.value), {key: 'test'})
    const buttons = createElement('div', {class: 'row below'}, store, test)
    const message =
      note && createElement('p', {class: `message ${note.isGood ? 'good' : ''}`}, note.text)
    return [label, buttons, ...(message ? [message] : [])]
  }

  /** What had the focus has it again, if it is still there; else the part of the card that changed. */
  #keepFocus(draw: () => void): void {
    const active = this.#root.activeElement
    const key = active?.getAttribute('data-key')
    const isInside = active !== null && this.#body.contains(active)
    draw()
    if (!active || active.isConnected) return
    const again = this.#root.querySelector<HTMLElement>(`[data-key="${key ?? ''}"]:not(:disabled)`)
    if (again) again.focus()
    else if (isInside) this.#body.focus()
  }

  #tick(): void {
    const {state} = this.#view ?? {}
    if (state?.phase === 'pending') drawTimeLeft(this.#body, state.login, this.#context)
  }

  #say(text: string, isGood: boolean): void {
    this.#note = {text, isGood}
    this.#draw()
    this.#live.textContent = text
  }

  async #save(): Promise<void> {
    const {state} = this.#view ?? {}
    if (state?.phase !== 'connected' || state.status.simulated) return
    const {auth_ref = null} = state.status
    const detail = {provider_type: 'codex', auth_mode: 'account', auth_ref}
    const options = {detail, bubbles: true, composed: true, cancelable: true}
    const isOurs = this.dispatchEvent(new CustomEvent('provider-save', options))
    await this.#try(async () => {
      if (isOurs) await this.#client?.saveProvider(detail)
      return toCardTexts(this.#language).saved
    })
  }

  async #test(apiKey?: string): Promise<void> {
    await this.#try(async () => {
      const answer = await this.#client?.validate(apiKey)
      const {error_actionable: problem, warnings = []} = answer ?? {}
      if (problem !== undefined) throw new Error(problem)
      return [toCardTexts(this.#language).testOk, ...warnings].join(' ')
    })
  }

  async #storeKey(apiKey: string): Promise<void> {
    await this.#try(async () => {
      await this.#client?.storeApiKey(apiKey)
      return toCardTexts(this.#language).apiKeyStored
    })
  }

  async #try(task: () => Promise<string>): Promise<void> {
    try {
      this.#say(await task(), true)
    } catch (error) {
      const {message} = error instanceof Error ? error : {message: String(error)}
      const action = error instanceof ConnectorRequestError ? ` ${error.action}` : ''
      this.#say(`${message}${action}`, false)
    }
  }

  async #copy(text: string, key: string): Promise<void> {
    const {copied} = toCardTexts(this.#language)
    const isCopied = await copyText(text)
    const button = this.#root.querySelector(`[data-key="${key}"]`)
    if (!isCopied || !button) return
    const label = button.textContent
    button.textContent = copied
    this.#live.textContent = copied
    await delay(COPIED_MS)
    button.textContent = label
  }
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

/** Pages without TLS have no clipboard of their own. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const area = createElement('textarea')
    area.style.position = 'fixed'
    area.style.opacity = '0'
    area.value = text
    document.body.append(area)
    area.select()
    const isCopied = document.execCommand('copy')
    area.remove()
    return isCopied
  }
}

function delay(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = window.setTimeout(resolve, milliseconds)
    signal?.addEventListener('abort', () => {
      window.clearTimeout(timer)
      reject(signal.reason)
    })
  })
}

if (!customElements.get('codex-account-card')) {
  customElements.define('codex-account-card', CodexAccountCard)
}
