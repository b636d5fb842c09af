import {expect, test} from 'vitest'
import {isDrawing} from '../../src/cli/run/codex-arguments.ts'

test.each([
  [[], true],
  [['fix the build'], true],
  [['-m', 'gpt-6-sol', 'resume', '--last'], true],
  [['-c', 'model=exec'], true],
  [['exec', 'hello'], false],
  [['-m', 'gpt-6-sol', 'exec', 'hello'], false],
  [['e', 'hello'], false],
  [['login', 'status'], false],
])('%j draws on the terminal: %s', (args, expected) => {
  expect(isDrawing(args)).toBe(expected)
})
