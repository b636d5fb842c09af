import {chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import {expect, onTestFinished, test, vi} from 'vitest'
import {makeCaoHome} from '../support/cao/run-cao.ts'
import {findFreePort} from '../support/processes/find-free-port.ts'
import {startTestSimulator} from '../support/servers/ask-simulator.ts'

/** Codex is led to the gateway while that runs, and nowhere else when it does not. */

vi.setConfig({testTimeout: 90_000})

const CONFIG = 'model = "gpt-5.5"\n'

async function setUp() {
  const simulator = await startTestSimulator({accounts: [{email: 'ada@example.com'}]})
  const cao = makeCaoHome(simulator)
  cao.addAccounts('a')
  await cao.logIn('a', 'ada@example.com')
  const config = path.join(cao.home, '.codex/config.toml')
  mkdirSync(path.dirname(config))
  writeFileSync(config, CONFIG)
  cpSync(path.join(cao.base, 'a/auth.json'), path.join(cao.home, '.codex/auth.json'))
  const codex = path.join(cao.home, 'bin/codex')
  mkdirSync(path.dirname(codex))
  writeFileSync(codex, '#!/bin/sh\necho real "$@"\n')
  chmodSync(codex, 0o755)
  const shim = path.join(cao.home, '.local/bin/codex')
  const search = [path.dirname(shim), path.dirname(codex), process.env['PATH']]
  const env = {PATH: search.join(':')}
  const run = (...args: readonly string[]) => cao.run(['gateway', ...args], {env})
  onTestFinished(async () => void (await run('stop')))
  const text = () => readFileSync(config, 'utf8')
  const port = String(await findFreePort())
  return {cao, config, env, port, run, shim, text}
}

test('what enable did is taken back with stop, comes back with start, and is taken back after a kill', async () => {
  const {cao, port, run, shim, text} = await setUp()
  const start = () => run('start', '--detach', '--port', port)
  const led = `openai_base_url = "http://127.0.0.1:${port}/v1"`
  await run('enable')

  // Wherever it listens.
  expect(await start()).toMatchObject({code: 0, stderr: ''})
  expect(text()).toContain(led)
  await run('stop')
  expect([text(), existsSync(shim)]).toEqual([CONFIG, false])

  await start()
  expect([text().includes(led), existsSync(shim)]).toEqual([true, true])
  const {pid} = cao.readJson('gateway.state.json') as {readonly pid: number}
  process.kill(pid, 'SIGKILL')
  await cao.run(['list'])
  expect([text(), existsSync(shim)]).toEqual([CONFIG, false])

  await start()
  expect(text()).toContain(led)
  await run('disable')
  await run('stop')
  await start()
  expect(text()).toBe(CONFIG)
})

test('the shim starts a gateway that does not run, and then Codex', async () => {
  const {cao, env, port, run, shim, text} = await setUp()
  await run('enable', '--base-url', `http://127.0.0.1:${port}`)
  const doctor = async () => (await cao.run(['status', '--doctor', '--offline'], {env})).stdout
  expect(await doctor()).toContain(
    `[warn] gateway: Codex is led to http://127.0.0.1:${port}, where no gateway answers.`,
  )

  const {stdout, stderr} = await cao.runProgram([shim, 'exec', 'hello'], {env})

  expect([stdout, stderr]).toEqual(['real exec hello\n', ''])
  expect(text()).toContain(`http://127.0.0.1:${port}/v1`)
  expect(await doctor()).toContain(
    `[ok] gateway: Codex is led to http://127.0.0.1:${port}, which answers`,
  )
})
