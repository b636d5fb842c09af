/**
 * Making elements. Texts go in as texts, never as markup.
 *
 * @module
 */

/** Attributes; `undefined` and `false` leave one out. */
export type Attributes = Readonly<Record<string, string | boolean | undefined>>

/** What can be inside an element. */
export type Child = Node | string | undefined

/** Makes an element with its attributes and what is inside. */
export function createElement<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue
    element.setAttribute(name, value === true ? '' : value)
  }
  element.append(...children.filter((child) => child !== undefined))
  return element
}

/** Makes a button. `key` finds it again after the card has been drawn anew. */
export function createButton(
  text: string,
  onClick: () => unknown,
  {key, ...attributes}: Attributes & {readonly key: string},
): HTMLButtonElement {
  const button = createElement('button', {type: 'button', 'data-key': key, ...attributes}, text)
  button.addEventListener('click', () => void onClick())
  return button
}
