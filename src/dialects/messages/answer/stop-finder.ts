/**
 * Ends a text at a sequence that the caller has named: the backend takes no such sequences.
 *
 * @module
 */

/** Looks for the sequences in a text that comes in parts. */
export interface StopFinder {
  /** @returns What of the text can be shown: all that cannot be part of a sequence any more. */
  push(more: string): string
  /** @returns What was held back. */
  end(): string
  /** The sequence that ended the text. */
  readonly found: string | undefined
}

/** Creates it. Without sequences, it holds nothing back. */
export function createStopFinder(sequences: readonly string[]): StopFinder {
  const longest = Math.max(0, ...sequences.map(({length}) => length))
  let held = ''
  let found: string | undefined
  return {
    get found() {
      return found
    },
    push(more) {
      if (longest === 0) return more
      const text = held + more
      const hit = findFirst(text, sequences)
      if (hit) {
        found = hit.sequence
        held = ''
        return text.slice(0, hit.index)
      }
      const from = toHeldFrom(text, sequences)
      held = text.slice(from)
      return text.slice(0, from)
    },
    end() {
      const rest = held
      held = ''
      return rest
    },
  }
}

function findFirst(
  text: string,
  sequences: readonly string[],
): {readonly index: number; readonly sequence: string} | undefined {
  return sequences
    .map((sequence) => ({sequence, index: text.indexOf(sequence)}))
    .filter(({index}) => index >= 0)
    .toSorted((one, other) => one.index - other.index)[0]
}

/** Where the longest end of the text begins that a sequence begins with. */
function toHeldFrom(text: string, sequences: readonly string[]): number {
  const starts = sequences.map((sequence) => {
    for (let length = Math.min(sequence.length - 1, text.length); length > 0; length -= 1) {
      if (text.endsWith(sequence.slice(0, length))) return text.length - length
    }
    return text.length
  })
  return Math.min(text.length, ...starts)
}
