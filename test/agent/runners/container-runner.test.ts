import {chmodSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {expect, test} from 'vitest'
import {toMarkedOutput} from '../../../src/agent/protocol/container-output.ts'
import {createContainerRunner} from '../../../src/agent/runners/container-runner.ts'
import {createLocalRunner} from '../../../src/agent/runners/local-runner.ts'
import {makeTemporaryFolder} from '../../support/temporary-folder.ts'

const INPUT = {
  prompt: 'hello',
  groupFolder: 'dev',
  chatJid: '2@g.us',
  isMain: false,
  provider: 'codex',
}
const DONE = toMarkedOutput({status: 'success', result: 'hi'})

/** A program that writes down how it was called, and then does this. */
function makeProgram(script: string) {
  const folder = makeTemporaryFolder()
  const file = path.join(folder, 'engine')
  writeFileSync(path.join(folder, 'done'), DONE)
  const log = path.join(folder, 'log')
  writeFileSync(
    file,
    `#!/bin/sh\nfor arg; do echo "$arg"; done >> ${log}\n${script.replaceAll('DONE', `cat ${folder}/done`)}\n`,
  )
  chmodSync(file, 0o755)
  mkdirSync(path.join(folder, 'host'))
  return {
    file,
    log: () => readFileSync(log, 'utf8').trim().split('\n'),
    stdin: path.join(folder, 'stdin'),
    folders: {data: path.join(folder, 'host/data'), groups: path.join(folder, 'host/groups')},
  }
}

function makeRunner(engine: 'container' | 'docker', program: ReturnType<typeof makeProgram>) {
  return createContainerRunner({
    engine,
    program: program.file,
    image: 'nanoclaw-agent:latest',
    folders: program.folders,
    env: {PATH: process.env['PATH'], OPENAI_API_KEY: 'sk-proj-1', TZ: 'Europe/Madrid'},
    timeoutMs: 20_000,
    now: () => 1700,
  })
}

test('a container gets whole folders, and its key only with the input', async () => {
  const program = makeProgram('cat > "$(dirname "$0")/stdin"; DONE')

  const output = await makeRunner('docker', program).run(INPUT)

  const {data, groups} = program.folders
  expect(output).toEqual({status: 'success', result: 'hi'})
  expect(program.log()).toEqual([
    'run',
    '-i',
    '--rm',
    '--name',
    'nanoclaw-dev-1700',
    '-e',
    'CODEX_HOME=/home/node/.codex',
    '-e',
    'CAO_AGENT_CONTAINED=yes',
    '-e',
    'CAO_AGENT_LOGIN_DIR=/home/node/.codex-login',
    '-e',
    'TZ=Europe/Madrid',
    '-v',
    `${groups}/dev:/workspace/group`,
    '-v',
    `${groups}/global:/workspace/global:ro`,
    '-v',
    `${data}/ipc/dev:/workspace/ipc`,
    '-v',
    `${data}/codex/dev/.codex:/home/node/.codex`,
    '-v',
    `${data}/codex/main/.codex:/home/node/.codex-login`,
    'nanoclaw-agent:latest',
  ])
  expect(JSON.parse(readFileSync(program.stdin, 'utf8'))).toEqual({
    ...INPUT,
    secrets: {OPENAI_API_KEY: 'sk-proj-1'},
  })
})

test("Apple's engine has another form for read-only folders", async () => {
  const program = makeProgram('DONE')
  await makeRunner('container', program).run(INPUT)
  expect(program.log()).toContain(
    `type=bind,source=${program.folders.groups}/global,target=/workspace/global,readonly`,
  )
})

test.each([
  ['kill -9 $$', 'crashed', /by the signal SIGKILL before it had an answer/],
  ['exit 125', 'crashed', /with the exit code 125/],
  [`echo '{"status":"success"'`, 'crashed', /before it had an answer/],
])('%s is an error that the host has to say', async (script, code, message) => {
  const output = await makeRunner('docker', makeProgram(script)).run(INPUT)
  expect(output).toMatchObject({status: 'error', code, notice: 'unsent'})
  expect(output.error).toMatch(message)
})

test('a program that is not there is an error as well', async () => {
  const {folders} = makeProgram('')
  const runner = createLocalRunner({
    folders,
    env: {},
    command: ['/nowhere/cao'],
    timeoutMs: 1000,
  })
  expect(await runner.run(INPUT)).toMatchObject({code: 'cli_missing', notice: 'unsent'})
})
