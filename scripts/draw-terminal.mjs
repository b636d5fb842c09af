/**
 * Draws what a program wrote to a terminal as a picture for the documents, with the colours that it had:
 *
 *     script -qec "stty cols 92; npm start --silent" /dev/null |
 *       node scripts/draw-terminal.mjs "npm start" "2  Choose" > assets/alma-demo.svg
 *
 * The first argument is shown as the command; the second is the line to begin with.
 */
import process from 'node:process'
import {text} from 'node:stream/consumers'

/** How many characters a line has. */
const COLUMNS = 92

/** The place of a character, and the edge, in pixels. */
const [WIDTH, HEIGHT, EDGE] = [8, 18, 16]

const CLEAR_LINE = '\u001B[2K'

const FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"

/** By the codes that a terminal knows them by; all others end a style. */
const COLOURS = new Map([
  ['1', '#ffffff'],
  ['2', '#8b949e'],
  ['31', '#ff7b72'],
  ['32', '#7ee787'],
  ['33', '#e3b341'],
  ['36', '#79c0ff'],
])

/** @typedef {{readonly character: string, readonly colour: string | undefined}} Cell */

const [, , command = '', beginning = ''] = process.argv
process.stdout.write(draw(await text(process.stdin)))

/**
 * @param {string} output
 * @returns {string} An SVG.
 */
function draw(output) {
  const shown = cutOff(output.replaceAll('\r', '').split('\n').map(toLastText).join('\n'))
  const lines = [`\u001B[1m$ ${command}\u001B[22m`, ...shown.trimEnd().split('\n')].flatMap(toRows)
  const [width, height] = [COLUMNS * WIDTH + 2 * EDGE, lines.length * HEIGHT + 2 * EDGE]
  const title = `The output of ${command} in a terminal`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${title}">
<title>${title}</title>
<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>
<g font-family="${FONT}" font-size="13" fill="#d0d7de">
${lines.flatMap(toTexts).join('\n')}
</g>
</svg>
`
}

/**
 * A line without what was cleared again.
 *
 * @param {string} line
 */
function toLastText(line) {
  return line.split(CLEAR_LINE).at(-1) ?? ''
}

/**
 * What comes before the line to begin with becomes three dots.
 *
 * @param {string} output
 */
function cutOff(output) {
  const found = beginning === '' ? -1 : output.indexOf(beginning)
  if (found === -1) return output
  return `\u001B[2m…\u001B[22m\n${output.slice(output.lastIndexOf('\n', found) + 1)}`
}

/**
 * Breaks a line as a terminal does.
 *
 * @param {string} line
 * @returns {Cell[][]}
 */
function toRows(line) {
  /** @type {Cell[]} */
  const cells = []
  /** @type {string | undefined} */
  let colour
  // oxlint-disable-next-line no-control-regex -- what a terminal obeys begins with it
  for (const [, code, character] of line.matchAll(/\u001B\[([\d;]*)m|(.)/gu)) {
    if (character === undefined) colour = COLOURS.get(code ?? '')
    else cells.push({character, colour})
  }
  const count = Math.max(1, Math.ceil(cells.length / COLUMNS))
  return Array.from({length: count}, (_row, at) => cells.slice(at * COLUMNS, (at + 1) * COLUMNS))
}

/**
 * The texts of a row: one for each change of colour, at a place of its own.
 *
 * @param {Cell[]} cells
 * @param {number} row
 */
function toTexts(cells, row) {
  const texts = []
  const y = EDGE + HEIGHT * row + 13
  for (let begin = 0, end = 0; begin < cells.length; begin = end) {
    const colour = cells[begin]?.colour
    while (end < cells.length && cells[end]?.colour === colour) end += 1
    const run = cells.slice(begin, end).map(({character}) => character)
    const indent = run.findIndex((character) => character !== ' ')
    if (indent === -1) continue
    const words = run.slice(indent, run.findLastIndex((character) => character !== ' ') + 1)
    const fill = colour === undefined ? '' : ` fill="${colour}"`
    texts.push(
      `<text x="${EDGE + WIDTH * (begin + indent)}" y="${y}" textLength="${WIDTH * words.length}"${fill}>${escape(words.join(''))}</text>`,
    )
  }
  return texts
}

/** @param {string} words */
function escape(words) {
  return words
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(' ', '\u00A0')
}
