import {chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import process from 'node:process'
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

/** What the agent is asked to run: the file as its instructions say, and a look at the answer of the host. */
const PLAN = `cat > "$CAO_AGENT_IPC_DIR/tasks/1-abcdef.tmp" <<'JSON'
{"type": "schedule_task", "schedule_type": "interval", "schedule_value": "1000", "groupFolder": "dev", "context_mode": "isolated",
 "prompt": "use the tool exec_command {\\"cmd\\": \\"cao agent ipc send good-morning\\"}"}
JSON
mv "$CAO_AGENT_IPC_DIR/tasks/1-abcdef.tmp" "$CAO_AGENT_IPC_DIR/tasks/1-abcdef.json"
until [ -f "$CAO_AGENT_IPC_DIR/replies/1-abcdef.json" ]; do sleep 0.1; done
cat "$CAO_AGENT_IPC_DIR/replies/1-abcdef.json"
`

test('a task that Codex plans is kept, survives a killed host, runs, and is cancelled', async () => {
  const simulator = await startSimulator()
  onTestFinished(() => simulator.close())
  const folders = makeExampleFolders(simulator)
  await logInExample(folders, simulator)
  const {folder, ipc} = folders
  const bin = path.join(folder, 'bin')
  mkdirSync(bin)
  mkdirSync(path.join(folder, 'groups/dev'), {recursive: true})
  const [node, cao] = folders.options.command
  writeFileSync(path.join(bin, 'cao'), `#!/bin/sh\nexec '${node}' '${cao}' "$@"\n`)
  chmodSync(path.join(bin, 'cao'), 0o755)
  writeFileSync(path.join(folder, 'groups/dev/plan.sh'), PLAN)
  const env = {...folders.env, PATH: `${bin}:${process.env['PATH']}`}
  const readTasks = () =>
    JSON.parse(readFileSync(path.join(ipc, 'dev/current_tasks.json'), 'utf8')) as {
      readonly id: string
    }[]

  const host = await startExampleHost({...folders, env})
  await host.ask(CODEX_CHAT, 'use the tool exec_command {"cmd": "sh plan.sh"}')
  const [task] = readTasks()
  expect(readTasks()).toMatchObject([
    {groupFolder: 'dev', schedule_type: 'interval', schedule_value: '1000', status: 'active'},
  ])
  // Codex has seen what came of its file, and the file is gone.
  const seen = JSON.stringify(simulator.requests)
  expect(seen.includes(String.raw`\"taskId\":\"${task?.id}`)).toBe(true)
  expect(readdirSync(path.join(ipc, 'dev/tasks'))).toEqual([])

  await host.kill()
  const second = await startExampleHost({...folders, env})
  // The kill may have met a run of it: then the chat hears of that before.
  expect(await second.hear(/^good-morning$/)).toEqual({chatJid: CODEX_CHAT, text: 'good-morning'})

  const cancel = `cao agent ipc cancel ${task?.id}`
  await second.ask(CODEX_CHAT, `use the tool exec_command {"cmd": "${cancel}"}`)
  await eventually(() => expect(readTasks()).toEqual([]))
}, 120_000)
