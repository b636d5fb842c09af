/**
 * Records what a command writes to a terminal, as an asciicast (version 2), which `asciinema play` and web players show:
 *
 *     node scripts/record-terminal.mjs assets/npm-start.cast npm start --silent
 *
 * The command runs in a terminal of 92 columns, by `script` of util-linux. Pauses are cut to a second.
 */
import {spawn} from 'node:child_process'
import {writeFileSync} from 'node:fs'
import process from 'node:process'
import {StringDecoder} from 'node:string_decoder'

/** The size of the terminal, in characters. */
const [WIDTH, HEIGHT] = [92, 30]

/** The longest pause, in seconds. */
const LONGEST_PAUSE = 1

const [, , file = '', ...words] = process.argv
const command = words.join(' ')
const child = spawn(
  'script',
  ['-qec', `stty cols ${WIDTH} rows ${HEIGHT}; ${command}`, '/dev/null'],
  {
    stdio: ['ignore', 'pipe', 'inherit'],
  },
)
const decoder = new StringDecoder('utf8')
const begin = `\u001B[1m$ ${command}\u001B[22m\r\n`
/** @type {[number, string, string][]} */
const events = [[0, 'o', begin]]
let seconds = 0
let lastMs = Date.now()
child.stdout.on('data', (/** @type {Buffer} */ chunk) => {
  const nowMs = Date.now()
  seconds += Math.min(LONGEST_PAUSE, (nowMs - lastMs) / 1000)
  lastMs = nowMs
  events.push([Number(seconds.toFixed(3)), 'o', decoder.write(chunk)])
})
child.once('close', (code) => {
  const header = {version: 2, width: WIDTH, height: HEIGHT, title: command}
  const lines = [header, ...events].map((line) => JSON.stringify(line))
  if (code === 0) writeFileSync(file, `${lines.join('\n')}\n`)
  process.exitCode = code ?? 1
})
