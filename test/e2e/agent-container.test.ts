import {existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import {beforeAll, expect, onTestFinished, test} from 'vitest'
import {createContainerRunner} from '../../src/agent/runners/container-runner.ts'
import {startSimulator} from '../../src/simulator/start-simulator.ts'
import {CODEX_CHAT, logInExample, makeExampleFolders} from '../support/agent/start-example-host.ts'
import {CAN_MOUNT, writeNamespaceEngine} from '../support/agent/namespace-engine.ts'
import {findCodexProgram, installCodexCli, toCodexEnvironment} from '../support/cao/codex-cli.ts'
import {eventually} from '../support/eventually.ts'
import {makeTemporaryFolder} from '../support/temporary-folder.ts'

/** Agents in containers: what the runner asks of an engine is done in a namespace, with the folders mounted as it says. */

beforeAll(installCodexCli, 240_000)

const INPUT = {groupFolder: 'dev', chatJid: CODEX_CHAT, isMain: false, provider: 'codex'}

function makeRunner(
  engine: {readonly codex: string; readonly env: NodeJS.ProcessEnv},
  {folder}: {readonly folder: string},
) {
  return createContainerRunner({
    engine: 'docker',
    program: writeNamespaceEngine(engine),
    image: 'nanoclaw-agent:latest',
    folders: {data: path.join(folder, 'data'), groups: path.join(folder, 'groups')},
    env: {PATH: process.env['PATH'], TZ: 'Europe/Madrid'},
    timeoutMs: 60_000,
    now: Date.now,
  })
}

test.runIf(CAN_MOUNT)(
  'the real CLI works in the folders of its group, and in no other',
  async () => {
    const simulator = await startSimulator()
    onTestFinished(() => simulator.close())
    const folders = makeExampleFolders(simulator)
    await logInExample(folders, simulator)
    const {folder, ipc} = folders
    mkdirSync(path.join(folder, 'groups/global'), {recursive: true})
    writeFileSync(path.join(folder, 'groups/global/CLAUDE.md'), 'Be kind to all.')
    const runner = makeRunner(
      {codex: findCodexProgram(), env: toCodexEnvironment(simulator)},
      folders,
    )
    const message = '/workspace/ipc/messages/1-abcdef.json'
    const command = `pwd > note; cp note ${message}; echo x > /workspace/global/note; ls -d /workspace/*; ls /home/node/.codex-login`

    const output = await runner.run({
      ...INPUT,
      prompt: `use the tool exec_command {"cmd": "${command}"}`,
    })

    expect(output).toMatchObject({status: 'success'})
    expect(readFileSync(path.join(folder, 'groups/dev/note'), 'utf8')).toBe('/workspace/group\n')
    expect(readFileSync(path.join(ipc, 'dev/messages/1-abcdef.json'), 'utf8')).toBe(
      '/workspace/group\n',
    )
    expect(readdirSync(path.join(folder, 'groups/global'))).toEqual(['CLAUDE.md'])
    const asked = JSON.stringify(simulator.requests)
    expect(asked.includes('Be kind to all.')).toBe(true)
    expect(
      asked.includes(String.raw`/workspace/global\n/workspace/group\n/workspace/ipc\nauth.json`),
    ).toBe(true)
  },
  60_000,
)

test.runIf(CAN_MOUNT)(
  'a container whose answer nobody waits for any more is stopped',
  async () => {
    const folder = makeTemporaryFolder()
    const home = path.join(folder, 'data/codex/dev/.codex')
    mkdirSync(home, {recursive: true})
    const key = '{"auth_mode":"apikey","OPENAI_API_KEY":"sk-1"}'
    writeFileSync(path.join(home, 'auth.json'), key, {mode: 0o600})
    const codex = path.join(folder, 'codex')
    const script = 'echo $$ > "$CODEX_HOME/working"; exec sleep 60'
    writeFileSync(codex, `#!/bin/sh\n${script}\n`, {mode: 0o755})
    const stop = new AbortController()
    const working = path.join(home, 'working')

    const run = makeRunner({codex, env: {}}, {folder}).run({...INPUT, prompt: 'hi'}, stop.signal)
    await eventually(() =>
      expect(existsSync(working) && readFileSync(working, 'utf8')).toMatch(/\d\n/),
    )
    stop.abort()

    expect(await run).toMatchObject({status: 'error', code: 'crashed'})
    const pid = readFileSync(working, 'utf8').trim()
    await eventually(() => expect(isRunning(pid)).toBe(false))
  },
  60_000,
)

function isRunning(pid: string): boolean {
  const status = `/proc/${pid}/status`
  return existsSync(status) && !/^State:\s+Z/m.test(readFileSync(status, 'utf8'))
}
