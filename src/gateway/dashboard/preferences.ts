/**
 * How the user likes the page, kept in this browser.
 *
 * @module
 */
import {effect, signal, type Signal} from '@preact/signals'

/** How the page looks: as the system does, or always the same. */
export type Theme = 'dark' | 'light' | 'system'

/** How the user likes the page. */
export interface PagePreferences {
  readonly theme: Signal<Theme>
  readonly isEmailHidden: Signal<boolean>
}

/** Reads what was kept, and keeps what changes. */
export function createPagePreferences(): PagePreferences {
  const theme = signal<Theme>(toTheme(localStorage.getItem('cao-theme')))
  const isEmailHidden = signal(localStorage.getItem('cao-hide-emails') === 'yes')
  effect(() => {
    localStorage.setItem('cao-theme', theme.value)
    document.documentElement.dataset['theme'] = theme.value
  })
  effect(() => localStorage.setItem('cao-hide-emails', isEmailHidden.value ? 'yes' : 'no'))
  return {theme, isEmailHidden}
}

/** Reads a choice; anything else is the system's. */
export function toTheme(text: string | null): Theme {
  return text === 'dark' || text === 'light' ? text : 'system'
}
