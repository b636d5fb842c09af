/**
 * The dashboard of the gateway, in the browser.
 *
 * @module
 */
import {render} from 'preact'
import {Page} from './page.tsx'
import {createPagePreferences} from './preferences.ts'
import {PageStore} from './page-store.ts'

const place = document.querySelector('#page')
if (place) {
  render(<Page store={new PageStore()} preferences={createPagePreferences()} />, place)
}
