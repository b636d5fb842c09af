import {mkdirSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {beforeAll, expect, test, vi} from 'vitest'
import {CLAUDE_CODE, installClaudeCode} from '../support/cao/claude-code.ts'
import {makeCaoHome} from '../support/cao/run-cao.ts'
import {findFreePort} from '../support/processes/find-free-port.ts'
import {startTestSimulator} from '../support/servers/ask-simulator.ts'

/** The real Claude Code through the gateway: its session goes on while the accounts run out, one after the other. */

vi.setConfig({testTimeout: 240_000})

const installed = {isThere: false}
beforeAll(async () => {
  installed.isThere = await installClaudeCode()
}, 300_000)

const SPENT = {primary: {usedPercent: 100, resetAfterSeconds: 7200}}

/** Nothing listens there, so a request to the outside fails at once. */
const OFFLINE = {HTTPS_PROXY: 'http://127.0.0.1:9'}

test('Claude Code answers, calls a tool, and goes on with the next account', async ({skip}) => {
  skip(!installed.isThere, 'Claude Code is not installed: a thorough run installs it')
  const simulator = await startTestSimulator({
    accounts: [{email: 'ada@example.com'}, {email: 'bob@example.com'}],
  })
  const cao = makeCaoHome(simulator)
  cao.addAccounts('a', 'b')
  await cao.logIn('a', 'ada@example.com')
  await cao.logIn('b', 'bob@example.com')
  writeFileSync(path.join(cao.base, 'gateway.json'), JSON.stringify({port: await findFreePort()}))
  // Settings of the user that would lead elsewhere.
  mkdirSync(path.join(cao.home, '.claude'))
  const elsewhere = {ANTHROPIC_BASE_URL: 'http://127.0.0.1:9', ANTHROPIC_MODEL: 'opus'}
  writeFileSync(path.join(cao.home, '.claude/settings.json'), JSON.stringify({env: elsewhere}))
  const gateway = cao.start(['gateway', 'start'])
  await gateway.find(/Gateway started on/)
  const claude = (...args: readonly string[]) =>
    cao.run(['claude', '--model', 'gpt-5.5', '--claude', CLAUDE_CODE, '--', ...args], {
      env: OFFLINE,
    })

  const first = await claude('-p', 'the first of three')
  const call = 'use the tool Bash {"command":"echo it-was-run","description":"Says it"}'
  const second = await claude('-p', '--continue', '--allowedTools', 'Bash(echo:*)', '--', call)
  simulator.changeAccount('ada@example.com', SPENT)
  const third = await claude('-p', '--continue', 'the third of three')
  simulator.changeAccount('bob@example.com', SPENT)
  const last = await claude('-p', '--continue', 'one more')
  gateway.kill('SIGTERM')
  await gateway.result

  expect([first.code, second.code, third.code]).toEqual([0, 0, 0])
  expect(first.stdout).toContain('the first of three')
  expect(third.stdout).toContain('the third of three')
  const asked = simulator.requests.filter(({path: to}) => to.endsWith('/codex/responses'))
  const answered = asked.filter(({status}) => status === 200)
  expect(answered.map(({account}) => account)).toEqual([
    'ada@example.com',
    'ada@example.com',
    'ada@example.com',
    'bob@example.com',
  ])
  // What the tool gave went back, with the reasoning; what only ada's account can read does not go to bob's.
  const [, , afterTool, ofBob] = answered.map(({body}) => JSON.stringify(body))
  expect(afterTool).toContain('it-was-run')
  expect(afterTool).toContain('"type":"reasoning"')
  expect(ofBob).toContain('the first of three')
  expect(ofBob).not.toContain('"type":"reasoning"')
  expect(last.code).toBe(1)
  expect(last.stdout).toMatch(/All 2 ChatGPT accounts have reached their usage limit\./)
})
