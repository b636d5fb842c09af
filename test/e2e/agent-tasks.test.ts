import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {beforeAll, expect, onTestFinished, test} from 'vitest'
import {startSimulator} from '../../src/simulator/start-simulator.ts'
import {
  CODEX_CHAT,
  logInExample,
  makeExampleFolders,
  startExampleHost,
} from '../support/agent/start-example-host.ts'
import {installCodexCli} from '../support/cao/codex-cli.ts'
import {eventually} from '../support/eventually.ts'

/**
 * Scenario 5 of the plan: Codex is asked to plan a task and writes a file, the host takes it and keeps the task, runs it when
 * its time comes, and forgets it when Codex is told to cancel it.
 */

beforeAll(installCodexCli, 240_000)

const HOUR_MS = 3_600_000

/** What the agent is asked to run: the file as its instructions say, and a look at the answer of the host. */
function toPlan(send: string): string {
  const task = {
    type: 'schedule_task',
    prompt: `use the tool exec_command ${JSON.stringify({cmd: `${send} good-morning`})}`,
    schedule_type: 'interval',
    schedule_value: String(HOUR_MS),
    groupFolder: 'dev',
    context_mode: 'isolated',
  }
  return `cd "$CAO_AGENT_IPC_DIR"
cat > tasks/1-abcdef.tmp <<'JSON'
${JSON.stringify(task)}
JSON
mv tasks/1-abcdef.tmp tasks/1-abcdef.json
until [ -f replies/1-abcdef.json ]; do sleep 0.1; done
cat replies/1-abcdef.json
`
}

test('a task that Codex plans is kept, survives a killed host, runs, and is cancelled', async () => {
  const simulator = await startSimulator()
  onTestFinished(() => simulator.close())
  const folders = makeExampleFolders(simulator)
  await logInExample(folders, simulator)
  const {env, folder, ipc, options} = folders
  const command = `${options.command.join(' ')} agent ipc`
  mkdirSync(path.join(folder, 'groups/dev'), {recursive: true})
  writeFileSync(path.join(folder, 'groups/dev/plan.sh'), toPlan(`${command} send`))
  const readTasks = () =>
    JSON.parse(readFileSync(path.join(ipc, 'dev/current_tasks.json'), 'utf8')) as {
      readonly id: string
    }[]

  const host = await startExampleHost(folders)
  await host.ask(CODEX_CHAT, 'use the tool exec_command {"cmd": "sh plan.sh"}')
  const [task] = readTasks()
  expect(readTasks()).toMatchObject([
    {groupFolder: 'dev', schedule_type: 'interval', schedule_value: '3600000', status: 'active'},
  ])
  // Codex has seen what came of its file, and the file is gone. It knows how the helper is called.
  const seen = JSON.stringify(simulator.requests)
  expect(seen.includes(String.raw`\"taskId\":\"${task?.id}`)).toBe(true)
  expect(seen.includes(`The command ${command} does it for you`)).toBe(true)
  expect(readdirSync(path.join(ipc, 'dev/tasks'))).toEqual([])

  await host.kill()
  const later = {...folders, env: {...env, CLOCK_AHEAD_MS: String(HOUR_MS)}}
  const second = await startExampleHost(later)
  expect(await second.hear(/morning/)).toEqual({chatJid: CODEX_CHAT, text: 'good-morning'})

  const cancel = JSON.stringify({cmd: `${command} cancel ${task?.id}`})
  await second.ask(CODEX_CHAT, `use the tool exec_command ${cancel}`)
  await eventually(() => expect(readTasks()).toEqual([]))
}, 120_000)
