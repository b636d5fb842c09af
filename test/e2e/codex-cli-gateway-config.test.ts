import {readFileSync} from 'node:fs'
import path from 'node:path'
import {beforeAll, expect, onTestFinished, test} from 'vitest'
import {addRoute, removeRoute} from '../../src/gateway/codex-config/edit-config.ts'
import {changeConfig} from '../../src/gateway/codex-config/config-file.ts'
import {KeyFile} from '../../src/gateway/keys/key-file.ts'
import {openClientCheck, type OpenClientCheck} from '../../src/gateway/keys/open-client-check.ts'
import {
  THOROUGH_CODEX_VERSIONS,
  createCodex,
  findCodexProgram,
  installCodexCli,
  writeAuthFile,
} from '../support/cao/codex-cli.ts'
import {installCodexSdk} from '../support/cao/codex-sdk.ts'
import {startTestGateway} from '../support/gateway/start-gateway.ts'
import {createMemoryLog} from '../support/memory/memory-log.ts'
import {makeTemporaryFolder} from '../support/temporary-folder.ts'

/** The official CLI starts with the settings that `cao gateway enable` writes, and asks the gateway. */

beforeAll(async () => {
  await Promise.all([installCodexCli(), installCodexSdk()])
}, 240_000)

const REFUSED = {kind: 'refused', status: 401, message: 'Too early.'} as const

async function startGateway() {
  const base = makeTemporaryFolder()
  const file = new KeyFile({base, now: Date.now, onDamage: () => undefined})
  const opened: {check?: OpenClientCheck} = {}
  const clients: string[] = []
  const started = await startTestGateway({
    checkClient: async (head) => (await opened.check?.checkClient(head)) ?? REFUSED,
    observers: [{started: ({client, head}) => void clients.push(`${client.name} ${head.path}`)}],
  })
  const {log} = createMemoryLog()
  opened.check = openClientCheck({base, engine: started.engine, file, log})
  onTestFinished(() => opened.check?.close())
  return {...started, clients, file}
}

test.each(THOROUGH_CODEX_VERSIONS)(
  'Codex %s with a login of an account asks the gateway, and its settings are the same afterwards',
  async (version) => {
    const {clients, gateway, simulator} = await startGateway()
    const options = {model: 'gpt-5.5', version, onTestFinished}
    const codex = await createCodex(simulator, options)
    await writeAuthFile(codex, simulator)
    const config = path.join(codex.home, 'config.toml')
    const before = readFileSync(config)
    const baseUrl = gateway.url.origin

    await changeConfig(config, (text) => addRoute(text, {baseUrl}))
    const {code, stdout, stderr} = await codex.run('exec', '--skip-git-repo-check', 'Say hello')
    await changeConfig(config, (text) => removeRoute(text).text)

    expect(stderr).not.toContain('Reconnecting')
    expect([code, stdout]).toEqual([0, expect.stringContaining('Say hello') as string])
    expect(new Set(clients)).toContain('Codex /v1/responses')
    expect(clients.filter((one) => one.includes('/backend-api/')).length).toBeGreaterThan(0)
    expect(readFileSync(config).equals(before)).toBe(true)
  },
)

test.each(THOROUGH_CODEX_VERSIONS)(
  'Codex %s without a login asks the gateway with its client key, also beside providers of its user',
  async (version) => {
    const {clients, file, gateway, simulator} = await startGateway()
    const codex = await createCodex(simulator, {model: 'gpt-5.5', version, onTestFinished})
    const config = path.join(codex.home, 'config.toml')
    const azure = '\n[model_providers.azure]\nname = "Azure"\nbase_url = "http://127.0.0.1:9"\n'
    await changeConfig(config, (text) => `model_provider = "azure"\n${text}${azure}`)
    const before = readFileSync(config)
    const {key} = await file.add({name: 'codex', class: 'interactive', scopes: ['answers']})

    const route = {baseUrl: gateway.url.origin, key}
    await changeConfig(config, (text) => addRoute(text, route))
    const {code, stdout} = await codex.run('exec', '--skip-git-repo-check', 'Say hello')
    await changeConfig(config, (text) => removeRoute(text).text)

    expect([code, stdout]).toEqual([0, expect.stringContaining('Say hello') as string])
    expect(new Set(clients)).toContain('codex /v1/responses')
    expect(readFileSync(config).equals(before)).toBe(true)
  },
)

test('a conversation of the Codex SDK goes on while one account after the other runs out', async () => {
  const {clients, file, gateway, simulator} = await startGateway()
  const {Codex} = await installCodexSdk()
  const {home} = await createCodex(simulator, {model: 'gpt-5.5', onTestFinished})
  const {key} = await file.add({name: 'sdk', class: 'background', scopes: ['answers']})
  const spend = (email: string) =>
    simulator.changeAccount(email, {primary: {usedPercent: 100, resetAfterSeconds: 7200}})
  const codex = new Codex({
    codexPathOverride: findCodexProgram(),
    baseUrl: `${gateway.url.origin}/v1`,
    apiKey: key,
    env: {HOME: home, CODEX_HOME: home, HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: '127.0.0.1'},
    config: {},
  })
  const thread = codex.startThread({
    model: 'gpt-5.5',
    skipGitRepoCheck: true,
    workingDirectory: home,
  })

  const first = await thread.run('the first')
  spend('ada@example.com')
  const second = await thread.run('the second')
  spend('bob@example.com')
  const last = await thread.run('the last').catch(String)

  expect(first.finalResponse).toContain('the first')
  expect(second.finalResponse).toContain('the second')
  expect(last).toMatch(/usage limit/)
  expect(new Set(clients)).toContain('sdk /v1/responses')
})
