/**
 * Copying a text from a page.
 *
 * @module
 */
import {createElement} from './create-element.ts'

/**
 * Copies a text. Pages without TLS have no clipboard of their own, and are helped.
 *
 * @returns Whether it worked.
 */
export async function copyText(text: string): Promise<boolean> {
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
