import {execFile} from 'node:child_process'
import {writeFileSync} from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import {promisify} from 'node:util'
import {beforeAll, expect, test, vi} from 'vitest'
import {CLAUDE_CODE, installAgentSdk, installClaudeCode} from '../support/cao/claude-code.ts'
import {OFFLINE, startClaudeHost} from '../support/cao/claude-host.ts'

/** What the real Claude Code does beside a plain turn: tools side by side, other agents, pictures, searches, long sessions. */

vi.setConfig({testTimeout: 240_000})

const NOT_THERE = 'Claude Code is not installed: a thorough run installs it'

/** A picture of one pixel. */
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

const installed = {isThere: false}
beforeAll(async () => {
  installed.isThere = await installClaudeCode()
}, 300_000)

interface Asked {
  readonly model: string
  readonly reasoning?: {readonly effort: string}
  readonly tools?: readonly {readonly type: string; readonly name?: string}[]
  readonly input: readonly Readonly<Record<string, unknown>>[]
}

function toAsked(request: {readonly body: unknown} | undefined): Asked {
  return request?.body as Asked
}

/** The word that a command says, or has said. */
function wordOf(value: unknown): string | undefined {
  return /(\w+)-ran/.exec(JSON.stringify(value) ?? '')?.[1]
}

test('tools run side by side, and each result goes back to its call', async ({skip}) => {
  skip(!installed.isThere, NOT_THERE)
  const {answered, claude} = await startClaudeHost('ada@example.com')
  const calls = ['one', 'two'].map(
    (word) => `use the tool Bash {"command":"echo ${word}-ran","description":"Says it"}`,
  )
  const {code, stdout} = await claude(
    '-p',
    '--allowedTools',
    'Bash(echo:*)',
    '--',
    calls.join('\n'),
  )

  expect(code).toBe(0)
  expect(stdout).toContain('one-ran')
  const {input} = toAsked(answered()[1])
  const asked = new Map(input.map(({arguments: args, call_id: id}) => [args && id, wordOf(args)]))
  const results = input.filter(({type}) => type === 'function_call_output')
  const answers = results.map(({call_id: id, output}) => `${asked.get(id)}: ${wordOf(output)}`)
  expect(new Set(answers)).toEqual(new Set(['one: one', 'two: two']))
})

test('another agent works with the small model, and tells the first one', async ({skip}) => {
  skip(!installed.isThere, NOT_THERE)
  const {answered, claude} = await startClaudeHost('ada@example.com')
  const prompt = {
    description: 'Look',
    prompt: 'say agent-was-here',
    subagent_type: 'general-purpose',
    model: 'haiku',
  }
  const call = `use the tool Agent ${JSON.stringify(prompt)}`
  const {code, stdout} = await claude('-p', '--allowedTools', 'Agent', '--', call)

  expect(code).toBe(0)
  expect(stdout).toContain('agent-was-here')
  const models = answered().map((one) => toAsked(one).model)
  expect(models[0]).toBe('gpt-5.5')
  expect(models).toContain('gpt-6-luna')
})

test('a picture that a tool reads reaches the model as a picture', async ({skip}) => {
  skip(!installed.isThere, NOT_THERE)
  const {answered, cao, claude} = await startClaudeHost('ada@example.com')
  const file = path.join(cao.home, 'dot.png')
  writeFileSync(file, PIXEL, 'base64')
  const call = `use the tool Read ${JSON.stringify({file_path: file})}`
  const {code} = await claude('-p', '--allowedTools', 'Read', '--', call)

  expect(code).toBe(0)
  const {input} = toAsked(answered()[1])
  expect(input.at(-1)).toMatchObject({
    type: 'function_call_output',
    output: [{type: 'input_image', image_url: `data:image/png;base64,${PIXEL}`}],
  })
})

test('a tool that is loaded late can be called, and a search of the web is one', async ({skip}) => {
  skip(!installed.isThere, NOT_THERE)
  const {answered, claude} = await startClaudeHost('ada@example.com')
  const allowed = ['--allowedTools', 'WebSearch', '--']
  await claude('-p', ...allowed, 'use the tool ToolSearch {"query":"select:WebSearch"}')
  const search = 'use the tool WebSearch {"query":"ada lovelace"}'
  const {code, stdout} = await claude('-p', '--continue', ...allowed, search)

  expect(code).toBe(0)
  const asked = answered().map(toAsked)
  expect(asked[0]?.tools).not.toContainEqual(expect.objectContaining({name: 'WebSearch'}))
  expect(asked[1]?.tools).toContainEqual(expect.objectContaining({name: 'WebSearch'}))
  expect(asked[3]?.tools).toEqual([expect.objectContaining({type: 'web_search'})])
  expect(stdout).toContain('"url":"https://example.com/?q=ada%20lovelace"')
})

test('a session is compacted, and goes on from its summary', async ({skip}) => {
  skip(!installed.isThere, NOT_THERE)
  const {answered, claude} = await startClaudeHost('ada@example.com')
  await claude('-p', 'the first of three')
  const compacted = await claude('-p', '--continue', '/compact')
  const {code, stdout} = await claude('-p', '--continue', 'the third of three')

  expect([compacted.code, code]).toEqual([0, 0])
  expect(stdout).toContain('This session is being continued from a previous conversation')
  const [, , last] = answered().map((one) => JSON.stringify(toAsked(one).input))
  expect(last).toContain('the third of three')
  // The messages before are only in the summary, without the reasoning that belonged to them.
  expect(last).not.toContain('"type":"reasoning"')
})

test('the Agent SDK works with a key of the gateway', async ({skip}) => {
  const sdk = await installAgentSdk()
  skip(!installed.isThere || sdk === undefined, NOT_THERE)
  const {cao, origin} = await startClaudeHost('ada@example.com')
  const key = await cao.call(['gateway', 'keys', 'add', 'sdk'])
  const script = path.join(cao.home, 'ask.mjs')
  writeFileSync(
    script,
    `import {query} from ${JSON.stringify(sdk)}
const options = {
  pathToClaudeCodeExecutable: ${JSON.stringify(CLAUDE_CODE)},
  model: 'gpt-5.5',
  allowedTools: ['Bash(echo:*)'],
  settingSources: [],
}
const prompt = 'use the tool Bash {"command":"echo sdk-ran","description":"Says it"}'
for await (const message of query({prompt, options})) {
  if (message.type === 'result') console.log(message.subtype, message.result)
}`,
  )
  const {stdout} = await promisify(execFile)(process.execPath, [script], {
    cwd: cao.home,
    env: {
      PATH: process.env['PATH'],
      HOME: cao.home,
      ...OFFLINE,
      ANTHROPIC_BASE_URL: origin,
      ANTHROPIC_AUTH_TOKEN: key.stdout.trim(),
    },
  })

  expect(stdout).toBe('success gpt-5.5 (high) read: sdk-ran\n')
})
