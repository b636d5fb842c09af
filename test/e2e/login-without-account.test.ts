import path from 'node:path'
import {beforeAll, expect, test} from 'vitest'
import {startTestSimulator} from '../support/servers/ask-simulator.ts'
import {
  findCodexProgram,
  installCodexCli,
  toCodexConfig,
  toCodexEnvironment,
} from '../support/cao/codex-cli.ts'
import {makeCaoHome} from '../support/cao/run-cao.ts'
import {startStory} from '../support/stories/start-story.ts'
import {writeFileSync} from 'node:fs'

/** A login whose tokens name a user and no ChatGPT account: the official CLI leaves the header out. */

const ADA = {email: 'ada@example.com', namesAccount: false}

beforeAll(installCodexCli, 240_000)

test('connects, answers, lists models and shows limits in the plugin', async () => {
  const {host, simulator} = await startStory({simulator: {accounts: [ADA]}, connected: true})
  const {ai} = await host.sdk(6)
  const model = await host.languageModel(6, 'gpt-5.2-codex-high')

  const {text} = await ai.generateText({model, prompt: 'hello'})

  expect(text).toContain('hello')
  expect(await host.accounts()).toMatchObject([{email: 'ada@example.com'}])
  await expect
    .poll(() =>
      simulator.requests.filter(({account}) => account === ADA.email).map((one) => one.path),
    )
    .toEqual(expect.arrayContaining(['/backend-api/codex/models', '/backend-api/codex/responses']))
  const requests = simulator.requests.filter(({account}) => account === ADA.email)
  expect(requests.map(({status}) => status)).not.toContain(403)
  for (const {headers} of requests) expect(headers).not.toHaveProperty('chatgpt-account-id')
})

test('is added, listed, shown and found healthy by cao, and used by the Codex CLI', async () => {
  const simulator = await startTestSimulator({accounts: [ADA], deviceIntervalSeconds: 1})
  const cao = makeCaoHome(simulator)
  const login = cao.start(['add', 'work', '--device-auth'])
  await simulator.approveDevice(await login.find(/\b([A-Z\d]{4}-[A-Z\d]{5})\b/))
  const added = await login.result
  writeFileSync(path.join(cao.base, 'work/config.toml'), toCodexConfig(simulator, 'gpt-5.5'))

  const doctor = await cao.run(['status', '--doctor'])
  const status = await cao.run(['status', '--json'])
  const codex = cao.writeCodex(`exec "${findCodexProgram()}" "$@"`)
  const args = ['--codex', codex, '--', 'exec', '--skip-git-repo-check', 'hello']
  const run = await cao.run(['run', ...args], {env: toCodexEnvironment(simulator)})

  expect([added.code, added.stdout]).toEqual([
    0,
    expect.stringContaining('Logged in as ada@example.com (ChatGPT Plus).'),
  ])
  expect(cao.readJson('work/auth.json')).toMatchObject({tokens: {account_id: null}})
  expect([doctor.code, doctor.stdout]).toEqual([0, expect.stringContaining('look healthy')])
  expect(JSON.parse(status.stdout)).toMatchObject([
    {loginKind: 'chatgpt', email: 'ada@example.com', accountId: null, usageError: null},
  ])
  expect([run.code, run.stdout]).toEqual([0, 'gpt-5.5 (medium) heard: hello\n'])
}, 60_000)
