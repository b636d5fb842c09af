import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {ExhaustionWatcher} from '../../../src/cli/run/exhaustion.ts'

/** Whether a run was out of quota does not depend on the pieces in which its output comes. */

const LINES = [
  'ERROR: You’ve hit your usage limit. Try again at 9:37 AM.',
  'ERROR: unexpected status 500',
  'usage limit reached',
  'an ordinary line about limits and credits',
  'error: quota',
  '\u001B[31mERROR:\u001B[0m usage limit',
  'x'.repeat(10_000),
  '',
] as const

function isExhausted(pieces: readonly Buffer[], prompts: readonly string[] = []): boolean {
  const watcher = new ExhaustionWatcher({prompts: () => prompts, hasEvents: false})
  for (const piece of pieces) watcher.push('stderr', piece)
  return watcher.end()
}

test('any cut through the output leads to the same answer', () => {
  const lines = fc.array(fc.constantFrom(...LINES), {maxLength: 8})
  fc.assert(
    fc.property(lines, fc.array(fc.nat(40_000), {maxLength: 12}), (chosen, cuts) => {
      const output = Buffer.from(`${chosen.join('\n')}\n`)
      const places = [0, ...cuts.map((cut) => cut % output.length), output.length]
      const sorted = places.toSorted((one, other) => one - other)
      const pieces = sorted.slice(1).map((end, index) => output.subarray(sorted[index], end))

      expect(isExhausted(pieces)).toBe(isExhausted([output]))
    }),
  )
})

test.each([
  ['ERROR: You’ve hit your usage limit.', true],
  ['{"error":{"type":"usage_limit_reached"}}', true],
  ['You exceeded your current quota, please check your plan', true],
  ['insufficient_quota', true],
  ['Error: usage limit', true],
  ['the word quota alone', false],
  ['exceeded the timeout', false],
  ['rate limit', false],
  ['429 Too Many Requests', false],
])('%j means %s', (line, expected) => {
  expect(isExhausted([Buffer.from(`${line}\n`)])).toBe(expected)
})

test('what the user wrote means nothing, in any script', () => {
  const prompt = 'Erkläre “usage limit reached” – ганс'

  expect(isExhausted([Buffer.from(`user\n${prompt}\n`)], [prompt])).toBe(false)
  expect(isExhausted([Buffer.from(`error: cannot do ${prompt}\n`)], [prompt])).toBe(false)
})
