import {PassThrough} from 'node:stream'
import {expect, test} from 'vitest'
import {createIo} from '../../src/cli/io.ts'
import {reportError} from '../../src/cli/report-error.ts'

function start({isTTY, env = {}}: {readonly isTTY: boolean; readonly env?: NodeJS.ProcessEnv}) {
  const written = {stdout: '', stderr: ''}
  const stream = (name: keyof typeof written) => {
    const through = new PassThrough().on('data', (text) => (written[name] += String(text)))
    return Object.assign(through, {isTTY, columns: 80}) as unknown as NodeJS.WriteStream
  }
  const streams = {stdin: process.stdin, stdout: stream('stdout'), stderr: stream('stderr')}
  return {io: createIo({...streams, env} as Parameters<typeof createIo>[0]), written}
}

/** What a terminal obeys, each with a word before and behind. */
const HOSTILE = [
  'a\u001B]0;title\u0007b',
  'a\u001B[2J\u001B[Hb',
  'a\u001B[31mb',
  'a\u009B2Jb',
  'a\u009D0;title\u009Cb',
  'a\u001BPq#0\u001B\\b',
  'a\u001B]8;;https://evil.example\u001B\\b',
  'a\rb',
  'a\bb',
  'a\u0007b',
  'a\u007Fb',
  'a\u202Eb',
  'a\u2066b',
  'a\u200Bb',
  'a\u001B',
  'a\u{F0000}b',
]
// oxlint-disable-next-line no-control-regex -- they are what must not be there
const OBEYED = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\p{Cf}\p{Co}]/u

test.each([true, false])(
  'nothing that is written moves the terminal (a terminal: %s)',
  async (isTTY) => {
    const {io, written} = start({isTTY})
    for (const text of HOSTILE) {
      io.out(text)
      io.err(text)
      io.redraw([text])
      io.showProgress(text)
    }
    await io.flush()
    // What the program itself says to the terminal.
    const shown = (written.stdout + written.stderr).replaceAll('\u001B[H\u001B[2J', '')
    expect(shown.match(/a/g)?.length).toBeGreaterThanOrEqual(HOSTILE.length * 3)
    expect(shown).not.toMatch(OBEYED)
  },
)

test('a dumb terminal is told words alone', async () => {
  const {io, written} = start({isTTY: true, env: {TERM: 'dumb'}})
  const clear = io.showProgress('Asking...')
  clear()
  io.redraw([io.paint('green', 'one')])
  await io.flush()
  expect(written).toEqual({stdout: 'one\n', stderr: ''})
})

test('styles are our own, and not those of a text', async () => {
  const {io, written} = start({isTTY: true})
  io.out(`${io.paint('green', 'good\u001B[31m')} and \u001B[31mbad`)
  await io.flush()
  expect(written.stdout).toBe('\u001B[32mgood\u001B[39m and bad\n')
})

test('lines and tabs of a text stay', async () => {
  const {io, written} = start({isTTY: false})
  io.out('a\tb\n\nc')
  await io.flush()
  expect(written.stdout).toBe('a\tb\n\nc\n')
})

test('an error stays on its line', async () => {
  const {io, written} = start({isTTY: false})
  reportError(new Error('no\nError: made up\r\u001B[2K'), io, false)
  await io.flush()
  expect(written.stderr.split('\n')[0]).toBe('Error: no Error: made up ')
})
