import {existsSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {beforeAll, expect, onTestFinished, test} from 'vitest'
import {startSimulator, type Simulator} from '../../src/simulator/start-simulator.ts'
import {CHAT, logInGroup, makeAgentGroup} from '../support/agent/agent-group.ts'
import {startKeyServer} from '../support/agent/key-server.ts'
import {installCodexCli} from '../support/cao/codex-cli.ts'

/** The agent of a group with the official CLI, as a host starts it. */

beforeAll(installCodexCli, 240_000)

async function start(options?: Parameters<typeof startSimulator>[0]): Promise<Simulator> {
  const simulator = await startSimulator(options)
  onTestFinished(() => simulator.close())
  return simulator
}

function promptsOf(simulator: Simulator): string {
  return JSON.stringify(simulator.requests.filter(({method}) => method === 'POST'))
}

test('answers with a ChatGPT login, and goes on with the conversation', async () => {
  const simulator = await start()
  const group = makeAgentGroup(simulator)
  await logInGroup(group, simulator)
  writeFileSync(path.join(group.folders.group, 'CLAUDE.md'), 'We like tea.\n@more.md\n')
  writeFileSync(path.join(group.folders.group, 'more.md'), 'And biscuits.')
  writeFileSync(path.join(group.folders.global, 'CLAUDE.md'), 'Be kind.')

  const first = await group.ask('say hello', {
    env: {CODEX_API_KEY: 'sk-wrong', OPENAI_API_KEY: 'sk-not-needed'},
  })
  const second = await group.ask('and again', {input: {sessionId: first.output?.newSessionId}})

  expect(first.stderr).toBe('')
  expect(first).toMatchObject({code: 0, output: {status: 'success'}})
  expect(first.output?.result).toContain('say hello')
  expect(second.output).toMatchObject({status: 'success', newSessionId: first.output?.newSessionId})
  const asked = promptsOf(simulator)
  for (const text of ['We like tea.', 'And biscuits.', 'Be kind.', CHAT]) {
    expect(asked).toContain(text)
  }
  expect(asked).not.toContain('sk-not-needed')
  expect(existsSync(path.join(group.folders.codexHome, 'auth.json'))).toBe(true)
  expect(group.messages()).toEqual([])
}, 90_000)

test('says once how to log in where there is no login, and then takes the API key', async () => {
  const simulator = await start()
  const group = makeAgentGroup(simulator)

  const first = await group.ask('hello')
  const second = await group.ask('hello?')

  const sentence = `Codex is not logged in for this group. Run CODEX_HOME=${group.folders.codexHome} codex login --device-auth on the host, or set OPENAI_API_KEY in the .env of the host, then ask again.`
  expect(first).toMatchObject({code: 0, output: {status: 'error', code: 'no_auth', notice: 'sent'}})
  expect(first.output?.error).toBe(sentence)
  expect(second.output).toMatchObject({code: 'no_auth', notice: 'repeated'})
  expect(group.messages()).toEqual([sentence])
  expect(simulator.requests).toEqual([])

  const api = await startKeyServer(simulator, 'sk-proj-of-the-group')
  const third = await group.ask('with a key', {
    input: {secrets: {OPENAI_API_KEY: 'sk-proj-of-the-group'}},
    args: ['--base-url', `${api.url.origin}/v1`],
  })

  expect(third.output).toMatchObject({status: 'success'})
  expect(third.output?.result).toContain('with a key')
}, 90_000)

test('begins anew when the conversation is gone, whoever it was with', async () => {
  const simulator = await start()
  const group = makeAgentGroup(simulator)
  await logInGroup(group, simulator)

  const other = await group.ask('one', {input: {sessionId: 'a3c1e8f0-52a5-4f0b-9a5c-2a1f3f0f7a11'}})
  const sessions = path.join(group.folders.codexHome, 'sessions')
  rmSync(sessions, {recursive: true})
  mkdirSync(sessions)
  // The file has the name, and nothing in it: only the CLI can tell.
  const gone = other.output?.newSessionId
  writeFileSync(path.join(sessions, `rollout-2026-11-30T10-00-00-${gone}.jsonl`), '')
  const second = await group.ask('two', {input: {sessionId: gone}})

  expect(other.output).toMatchObject({status: 'success'})
  expect(second.output).toMatchObject({status: 'success'})
  expect(second.output?.newSessionId).not.toBe(gone)
}, 90_000)

test('leaves files for the host with the policy auto, and none with readonly', async () => {
  const simulator = await start()
  const group = makeAgentGroup(simulator)
  await logInGroup(group, simulator)
  const file = path.join(group.folders.ipc, 'messages', '1-abcdef.json')
  const command = `mkdir -p ${path.dirname(file)} && echo x > ${file}`
  const prompt = `use the tool exec_command {"cmd": "${command}"}`

  const limited = await group.ask(prompt, {
    input: {providerConfig: {codex: {approvalPolicy: 'readonly'}}},
  })
  const isThere = existsSync(file)
  await group.ask(prompt, {input: {providerConfig: {codex: {approvalPolicy: 'auto'}}}})

  expect(limited.output).toMatchObject({status: 'success'})
  expect(isThere).toBe(false)
  expect(existsSync(file)).toBe(true)
  const config = readFileSync(path.join(group.folders.codexHome, 'config.toml'), 'utf8')
  expect(config).toContain('sandbox_mode = "workspace-write"')
}, 90_000)
