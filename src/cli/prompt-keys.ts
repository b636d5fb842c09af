/**
 * The keys of a terminal, as the prompts can take them.
 *
 * @module
 */
import {PassThrough} from 'node:stream'
import {delay} from '../base/delay.ts'

/** How long a prompt may take to show what was typed, before Enter chooses from it, in milliseconds. */
const LOOK_MS = 50

const LEAVE = '\u0003'

/** Keys that mean that the user wants to leave: Esc alone, and Ctrl-D. */
const LEAVING = new Set(['\u001B', '\u0004'])

/** The keys that a prompt reads. */
export interface PromptKeys {
  readonly input: NodeJS.ReadableStream
  /** Lets the terminal go. */
  end(): void
}

/**
 * Hands keys on to a prompt. A text that comes together with its Enter, as a paste does, is shown before the Enter
 * chooses; Esc and Ctrl-D leave, as Ctrl-C does.
 */
export function openPromptKeys(stdin: NodeJS.ReadStream): PromptKeys {
  const keys = new PassThrough()
  let writing = Promise.resolve()
  const write = async (text: string, before: Promise<void>) => {
    await before
    for (const [index, piece] of text.split(/(?=[\r\n])/).entries()) {
      if (index > 0) await delay(LOOK_MS)
      keys.write(LEAVING.has(piece) ? LEAVE : piece)
    }
  }
  const onData = (data: Buffer | string) => {
    writing = write(data.toString(), writing)
  }
  const onEnd = () => keys.end()
  stdin.on('data', onData).once('end', onEnd)
  const setRawMode = (isRaw: boolean) => {
    if (stdin.isTTY) stdin.setRawMode(isRaw)
  }
  return {
    input: Object.assign(keys, {isTTY: stdin.isTTY, setRawMode}),
    end() {
      stdin.off('data', onData).off('end', onEnd)
      stdin.pause()
    },
  }
}
