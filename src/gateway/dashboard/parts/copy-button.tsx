/**
 * Copying a text.
 *
 * @module
 */
import {useSignal} from '@preact/signals'

/** What is copied, and what it is called. */
export interface CopyButtonProps {
  readonly name: string
  readonly text: string
}

/** How long the button says that it has copied, in milliseconds. */
const COPIED_MS = 3000

/** A button that copies a text. */
export function CopyButton({name, text}: CopyButtonProps) {
  const isCopied = useSignal(false)
  const copy = async () => {
    isCopied.value = await copyText(text)
    setTimeout(() => (isCopied.value = false), COPIED_MS)
  }
  return (
    <>
      <button type="button" onClick={() => void copy()} aria-label={`Copy: ${name}`}>
        {isCopied.value ? 'Copied' : 'Copy'}
      </button>
      <span role="status" class="hidden">
        {isCopied.value ? `${name} is copied.` : ''}
      </span>
    </>
  )
}

/** Pages that come from another machine without TLS have no clipboard of their own. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const area = document.createElement('textarea')
    area.className = 'hidden'
    area.value = text
    document.body.append(area)
    area.select()
    const isCopied = document.execCommand('copy')
    area.remove()
    return isCopied
  }
}
