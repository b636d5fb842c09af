import {expect, test} from 'vitest'
import {toDashboard} from '../../../src/cli/status/dashboard.ts'

/** Places of a line in a terminal: these Han characters take two, an accent none. */
function countPlaces(line: string): number {
  return Array.from(line).reduce(
    (sum, character) =>
      sum + (/\p{M}/u.test(character) ? 0 : /\p{Script=Han}/u.test(character) ? 2 : 1),
    0,
  )
}

test.each([
  '/home/ada',
  '/home/漢字',
  '/home/e\u0301e\u0301',
  `/${'漢'.repeat(80)}`,
  `/a${'漢'.repeat(80)}`,
])('the frame has the same width around %s', (base) => {
  const io = {columns: 60, paint: (_: string, text: string) => text}
  const lines = toDashboard([], {base, issues: [], nowMs: 0, io})
  expect(lines.map(countPlaces)).toEqual(lines.map(() => 60))
})
