/**
 * The card of the connector, as the gateway serves it to the pages of applications.
 *
 * @module
 */
import {useEffect, useRef} from 'preact/hooks'
import type {PageStore} from './page-store.ts'
import type {Theme} from './preferences.ts'

/** What the card asks with, and how it looks. */
export interface ConnectorCardProps {
  readonly store: PageStore
  readonly theme: Theme
  readonly isEmailHidden: boolean
}

const BASE_URL = '/ops'

/** Where the card is loaded from, once somebody wants to see it. */
const CARD_URL: string = `${BASE_URL}/connectors/codex/card.js`

/** The card. It brings its own texts and its own look. */
export function ConnectorCard({isEmailHidden, store, theme}: ConnectorCardProps) {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const card = document.createElement('codex-account-card')
    card.setAttribute('base-url', BASE_URL)
    card.setAttribute('lang', 'en')
    if (theme !== 'system') card.setAttribute('theme', theme)
    Object.assign(card, {headers: () => store.headers})
    place.current?.replaceChildren(card)
    void import(CARD_URL)
  }, [theme])
  useEffect(() => {
    place.current?.firstElementChild?.toggleAttribute('hide-email', isEmailHidden)
  }, [isEmailHidden, theme])
  return (
    <section aria-labelledby="connector">
      <h2 id="connector">Connector</h2>
      <p>
        What the page of an application shows when it connects an account through this gateway. It
        is about one account, the first; all of them are among the accounts.
      </p>
      <div ref={place} />
    </section>
  )
}
