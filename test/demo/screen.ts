/**
 * How the demo writes to the terminal.
 *
 * @module
 */
import process from 'node:process'

const INDENT = '   '
const WIDTH = Math.min(process.stdout.columns || 88, 100) - INDENT.length
const HAS_COLOURS = process.stdout.isTTY && !process.env['NO_COLOR']

/** How a piece of text stands out on a terminal with colours. */
export type Emphasis = 'bold' | 'dim' | 'green'

const CODES: Record<Emphasis, number> = {bold: 1, dim: 2, green: 32}

/** Emphasizes `text`, where the terminal can. */
export function emphasize(emphasis: Emphasis, text: string): string {
  return HAS_COLOURS ? `\u001b[${CODES[emphasis]}m${text}\u001b[0m` : text
}

/** Writes the heading of one step. */
export function heading(step: number, title: string): void {
  console.log(`\n${emphasize('bold', `${step}  ${title}`)}`)
}

/** Writes a paragraph below the heading, wrapped at words. */
export function say(text: string): void {
  const flow = startFlow()
  flow.add(text)
  flow.end()
}

/** Writes rows in columns; the first row is the header. */
export function table(rows: readonly (readonly string[])[]): void {
  const widths = rows[0]?.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  for (const [index, row] of rows.entries()) {
    const cells = row.map((cell, column) => cell.padEnd(widths?.[column] ?? 0))
    const line = cells.join('  ').trimEnd()
    console.log(INDENT + (index === 0 ? emphasize('dim', line) : line))
  }
}

/** Writes text that arrives in pieces, wrapped at words. */
export interface Flow {
  add(piece: string): void
  /** Writes what is left, and ends the line. */
  end(): void
}

/** Starts a paragraph of text that is still being made. */
export function startFlow(emphasis?: Emphasis): Flow {
  let column = 0
  let word = ''
  const put = (text: string) => {
    process.stdout.write(emphasis ? emphasize(emphasis, text) : text)
  }
  const flush = () => {
    if (column === 0) put(INDENT)
    if (column > 0 && column + word.length > WIDTH) {
      put(`\n${INDENT}`)
      column = 0
    }
    put(word)
    column += word.length
    word = ''
  }
  return {
    add: (piece) => {
      for (const character of piece) {
        if (character === '\n') {
          flush()
          put('\n')
          column = 0
        } else {
          word += character
          if (character === ' ') flush()
        }
      }
    },
    end: () => {
      flush()
      process.stdout.write('\n')
    },
  }
}
