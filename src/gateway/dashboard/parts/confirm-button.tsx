/**
 * Asking before something ends.
 *
 * @module
 */
import {useRef} from 'preact/hooks'

/** What is asked, and what is done then. */
export interface ConfirmButtonProps {
  /** On the button, for example `Log out`. */
  readonly text: string
  /** What the button is about, for example `ada`. */
  readonly about: string
  /** The question, and what the answer means. */
  readonly question: string
  /** How it is called to leave all as it is, for example `Stay logged in`. */
  readonly keep: string
  readonly onConfirm: () => void
}

/** A button that asks first. Escape leaves all as it is. */
export function ConfirmButton({about, keep, onConfirm, question, text}: ConfirmButtonProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  return (
    <>
      <button
        type="button"
        aria-label={`${text}: ${about}`}
        onClick={() => dialog.current?.showModal()}
      >
        {text}
      </button>
      <dialog ref={dialog} aria-label={`${text}: ${about}`}>
        <p>{question}</p>
        <form method="dialog" class="row wrap">
          <button>{keep}</button>
          <button class="danger" onClick={onConfirm}>
            {text}
          </button>
        </form>
      </dialog>
    </>
  )
}
