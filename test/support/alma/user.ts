/**
 * The user in front of the host, as a script.
 *
 * @module
 */
import type {ConfirmOptions, InputBoxOptions, QuickPickItem} from 'alma-plugin-api'

/** What the user does when the host asks. Whatever is left out, they dismiss. */
export interface User {
  /**
   * Logs in at `url` in the browser; `signal` says that the host no longer waits.
   *
   * @returns The redirect URL the browser ended on; `undefined` when they closed the window.
   */
  browse?(url: string, signal: AbortSignal): Promise<URL | undefined>
  /**
   * What they type into an input box: one text, or several tries while the box refuses them.
   *
   * @param openedUrl The page that the plugin last opened in the browser.
   */
  type?(
    box: InputBoxOptions,
    openedUrl: string | undefined,
  ): MaybePromise<string | readonly string[] | undefined>
  /** Which item they pick from a list, by its label. */
  pick?(items: readonly QuickPickItem<unknown>[]): string | undefined
  /** Whether they confirm. */
  confirm?(message: string, options?: ConfirmOptions): boolean
}

type MaybePromise<T> = Promise<T> | T
