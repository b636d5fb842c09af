import {beforeAll, expect, test, vi} from 'vitest'
import {installClaudeCode} from '../support/cao/claude-code.ts'
import {startClaudeHost} from '../support/cao/claude-host.ts'

/** The real Claude Code through the gateway: its session goes on while the accounts run out, one after the other. */

vi.setConfig({testTimeout: 240_000})

const installed = {isThere: false}
beforeAll(async () => {
  installed.isThere = await installClaudeCode()
}, 300_000)

const SPENT = {primary: {usedPercent: 100, resetAfterSeconds: 7200}}

test('Claude Code answers, calls a tool, and goes on with the next account', async ({skip}) => {
  skip(!installed.isThere, 'Claude Code is not installed: a thorough run installs it')
  const {answered, claude, simulator} = await startClaudeHost('ada@example.com', 'bob@example.com')

  const first = await claude('-p', 'the first of three')
  const call = 'use the tool Bash {"command":"echo it-was-run","description":"Says it"}'
  const second = await claude('-p', '--continue', '--allowedTools', 'Bash(echo:*)', '--', call)
  simulator.changeAccount('ada@example.com', SPENT)
  const third = await claude('-p', '--continue', 'the third of three')
  simulator.changeAccount('bob@example.com', SPENT)
  const last = await claude('-p', '--continue', 'one more')

  expect([first.code, second.code, third.code]).toEqual([0, 0, 0])
  expect(first.stdout).toContain('the first of three')
  expect(third.stdout).toContain('the third of three')
  expect(answered().map(({account}) => account)).toEqual([
    'ada@example.com',
    'ada@example.com',
    'ada@example.com',
    'bob@example.com',
  ])
  // What the tool gave went back, with the reasoning; what only ada's account can read does not go to bob's.
  const [, , afterTool, ofBob] = answered().map(({body}) => JSON.stringify(body))
  expect(afterTool).toContain('it-was-run')
  expect(afterTool).toContain('"type":"reasoning"')
  expect(ofBob).toContain('the first of three')
  expect(ofBob).not.toContain('"type":"reasoning"')
  expect(last.code).toBe(1)
  expect(last.stdout).toMatch(/All 2 ChatGPT accounts have reached their usage limit\./)
})
