/**
 * Reading a text that may never end.
 *
 * @module
 */
import type {ReceivedAnswer} from './send.ts'

/** The most that is read, in characters: an error page has some 10,000. */
const MAX_CHARACTERS = 1_000_000

/** How long reading may take, in milliseconds. */
const TIMEOUT_MS = 5000

/**
 * The text of an answer, as far as it comes in time and fits. Where it did not end by then, its connection is
 * closed. Never rejects: what came before the connection broke off counts.
 *
 * @param timeoutMs Default: five seconds.
 */
export async function readBeginning(
  {body}: Pick<ReceivedAnswer, 'body'>,
  timeoutMs = TIMEOUT_MS,
): Promise<string> {
  const reader = body?.getReader()
  // Ends the read that waits.
  const stop = () => void reader?.cancel().catch(() => {})
  const timer = setTimeout(stop, timeoutMs)
  const decoder = new TextDecoder()
  let text = ''
  try {
    while (text.length < MAX_CHARACTERS) {
      const {value} = (await reader?.read()) ?? {}
      if (!value) break
      text += decoder.decode(value, {stream: true})
    }
  } catch {
    // It says enough, or the status does.
  }
  clearTimeout(timer)
  stop()
  return text
}
