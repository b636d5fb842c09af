/**
 * `<codex-account-card>`: connects a ChatGPT account from any page, through a connector.
 *
 * Attributes: `base-url` (default `/ops`), `lang` (`en` or `es`; default: that of the page, or of the browser),
 * `theme` (`light` or `dark`; default: that of the system), `provider-types` (a list for the first choice; default
 * `codex`). The event `provider-save` comes before the choice is sent to the connector; whoever cancels it keeps the
 * choice elsewhere. The event `account-change` comes with each step. The property `headers` is a function that gives
 * what is sent with each request, for example what logs the user in to the application.
 *
 * @module
 */
import type {LoginAnswer} from '../client/answers.ts'
import {createAccountView, type AccountView, type AccountViewState} from '../client/account-view.ts'
import {toCardLanguage, toCardTexts, type CardLanguage} from '../client/card-texts.ts'
import {
  createConnectorClient,
  type ConnectorClient,
  type ConnectorClientOptions,
} from '../client/connector-client.ts'
import {CARD_STYLE} from './card-style.ts'
import {copyText} from './copy-text.ts'
import {createElement} from './create-element.ts'
import {drawAccount, drawTimeLeft, type CardContext} from './draw-account.ts'
import {drawFields, type AuthMode} from './draw-fields.ts'
import {drawKey} from './draw-key.ts'
import {keepFocus, type FocusPlaces} from './keep-focus.ts'
import {
  saveProvider,
  storeApiKey,
  testProvider,
  type Outcome,
  type ProviderChoiceOptions,
} from './provider-choice.ts'

const COPIED_MS = 2000
const TICK_MS = 1000

type RequestHeaders = NonNullable<ConnectorClientOptions['headers']>

class CodexAccountCard extends HTMLElement {
  static readonly observedAttributes = ['base-url', 'lang', 'hide-email']

  readonly #root = this.attachShadow({mode: 'open'})
  readonly #title = createElement('h2', {id: 'title'})
  readonly #fields = createElement('div', {class: 'fields'})
  readonly #body = createElement('div', {class: 'body', tabindex: '-1'})
  readonly #live = createElement('p', {class: 'hidden', role: 'status', 'aria-live': 'polite'})
  #headers: RequestHeaders | undefined
  #client: ConnectorClient | undefined
  #view: AccountView | undefined
  #ticking: number | undefined
  #authMode: AuthMode = 'account'
  #authModes: readonly string[] = ['account', 'api_key']
  #providerType = 'codex'
  #expiresAtMs = 0
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

  /** What is sent with each request. Setting it asks the connector anew. */
  get headers(): RequestHeaders | undefined {
    return this.#headers
  }

  set headers(headers: RequestHeaders | undefined) {
    this.#headers = headers
    if (this.isConnected && this.#view) this.#start()
  }

  connectedCallback(): void {
    this.#takeEarlyHeaders()
    this.#start()
    this.#ticking = window.setInterval(() => this.#tick(), TICK_MS)
  }

  disconnectedCallback(): void {
    this.#view?.close()
    window.clearInterval(this.#ticking)
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (!this.isConnected || !this.#view || before === after) return
    if (name === 'hide-email') this.#draw()
    else this.#start()
  }

  /** What a page has set before it had loaded this file stands in front of the property. */
  #takeEarlyHeaders(): void {
    const early = Object.getOwnPropertyDescriptor(this, 'headers')
    if (!early) return
    Reflect.deleteProperty(this, 'headers')
    // oxlint-disable-next-line typescript/no-unsafe-assignment -- it is what the property takes
    this.headers = early.value
  }

  get #language(): CardLanguage {
    const named = this.getAttribute('lang') ?? this.closest('[lang]')?.getAttribute('lang')
    return toCardLanguage(named ?? navigator.language)
  }

  get #places(): FocusPlaces {
    return {root: this.#root, body: this.#body}
  }

  get #context(): CardContext {
    const view = this.#view
    return {
      texts: toCardTexts(this.#language),
      language: this.#language,
      note: this.#note,
      isEmailHidden: this.hasAttribute('hide-email'),
      actions: {
        connect: () => this.#act(() => view?.connect()),
        cancel: () => this.#act(() => view?.cancel()),
        logOut: () => this.#act(() => view?.logOut()),
        load: () => this.#act(() => view?.load()),
        save: () => this.#save(),
        test: () => this.#try((options) => testProvider(undefined, options)),
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
      ...(this.#headers && {headers: this.#headers}),
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
    // By the clock of this page, which may be another than that of the server.
    if (state.phase === 'pending') this.#expiresAtMs = toExpiry(state.login, Date.now())
    this.#draw()
    this.#live.textContent = this.#body.querySelector('.badge')?.textContent ?? ''
    const detail = {phase: state.phase}
    this.dispatchEvent(new CustomEvent('account-change', {detail, bubbles: true, composed: true}))
  }

  #drawFields(): void {
    const texts = toCardTexts(this.#language)
    this.#title.textContent = texts.settings
    const types = this.getAttribute('provider-types') ?? 'codex'
    const fields = drawFields({
      texts,
      providerTypes: types.split(',').map((one) => one.trim()),
      providerType: this.#providerType,
      authModes: this.#authModes,
      authMode: this.#authMode,
      onProviderType: (value) => {
        this.#providerType = value
        this.#draw()
      },
      onAuthMode: (value) => {
        this.#authMode = value
        this.#note = undefined
        this.#draw()
      },
    })
    keepFocus(this.#places, () => this.#fields.replaceChildren(...fields))
  }

  #draw(): void {
    const {state} = this.#view ?? {}
    if (!state) return
    keepFocus(this.#places, () => {
      this.#body.replaceChildren(...this.#drawBody(state))
      this.#tick()
    })
  }

  #drawBody(state: AccountViewState): readonly Node[] {
    if (this.#providerType !== 'codex') return [createElement('slot', {name: 'other-provider'})]
    if (this.#authMode === 'account') return drawAccount(state, this.#context)
    return drawKey(this.#context, {
      store: (apiKey) => this.#try((options) => storeApiKey(apiKey, options)),
      test: (apiKey) => this.#try((options) => testProvider(apiKey, options)),
    })
  }

  #tick(): void {
    if (this.#view?.state.phase === 'pending') {
      drawTimeLeft(this.#body, this.#expiresAtMs, this.#context)
    }
  }

  #say({isGood, text}: Outcome): void {
    this.#note = {text, isGood}
    this.#draw()
    this.#live.textContent = text
  }

  async #save(): Promise<void> {
    const {state} = this.#view ?? {}
    if (state?.phase !== 'connected' || state.status.simulated) return
    const {status} = state
    const isOurs = (detail: unknown) => {
      const options = {detail, bubbles: true, composed: true, cancelable: true}
      return this.dispatchEvent(new CustomEvent('provider-save', options))
    }
    await this.#try((options) => saveProvider(status, isOurs, options))
  }

  async #try(task: (options: ProviderChoiceOptions) => Promise<Outcome>): Promise<void> {
    const client = this.#client
    if (client) this.#say(await task({client, texts: toCardTexts(this.#language)}))
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

function toExpiry({expires_at: at = '', expires_in: seconds}: LoginAnswer, nowMs: number): number {
  return seconds === undefined ? Date.parse(at) : nowMs + seconds * 1000
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
