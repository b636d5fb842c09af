/**
 * Drawing anew without losing the place of whoever works by keyboard.
 *
 * @module
 */

/** Where is drawn. */
export interface FocusPlaces {
  readonly root: ShadowRoot
  /** The part that changes with each step. It can have the focus itself. */
  readonly body: HTMLElement
}

/**
 * Draws. What had the focus has it again, if it is still there by its `data-key`; else the part of the card that
 * changed.
 */
export function keepFocus({body, root}: FocusPlaces, draw: () => void): void {
  const active = root.activeElement
  const key = active?.getAttribute('data-key')
  const isInside = active !== null && body.contains(active)
  draw()
  if (!active || active.isConnected) return
  const again = root.querySelector<HTMLElement>(`[data-key="${key ?? ''}"]:not(:disabled)`)
  if (again) again.focus()
  else if (isInside) body.focus()
}
