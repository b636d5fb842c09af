import {existsSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {beforeAll, expect, test} from 'vitest'
import {makeAgentHost, WATCH_NODE} from '../support/agent/agent-host.ts'
import {eventually} from '../support/eventually.ts'
import {installNode} from '../support/processes/install-node.ts'

/** The side of the host, as a process of its own. */

beforeAll(() => installNode(WATCH_NODE), 240_000)

const EVERY_DAY = {schedule_type: 'cron', schedule_value: '0 9 * * *', prompt: 'Good morning'}

test('takes what agents may ask for, answers each, and sets aside what is none', async () => {
  const host = makeAgentHost()
  host.write('dev/messages/1-a.json', {type: 'message', chatJid: '2@g.us', text: 'hello'})
  host.write('dev/messages/2-a.json', {type: 'message', chatJid: '1@g.us', text: 'not mine'})
  host.write('dev/messages/3-a.json', '{"type":"message","chatJ')
  host.write('dev/messages/4-a.json.tmp', 'not yet')
  host.write('dev/tasks/1-b.json', {type: 'schedule_task', groupFolder: 'dev', ...EVERY_DAY})
  host.write('dev/tasks/2-b.json', {
    type: 'register_group',
    jid: '3@g.us',
    name: 'x',
    folder: 'x',
    trigger: '@x',
  })
  host.write('main/tasks/1-c.json', {
    type: 'register_group',
    jid: '2@g.us',
    name: 'Devs',
    folder: 'dev',
    trigger: '@Andy',
  })
  symlinkSync(
    path.join(host.data, 'registered_groups.json'),
    path.join(host.data, 'ipc/dev/tasks/3-b.json'),
  )
  mkdirSync(path.join(host.data, 'ipc/other'))
  symlinkSync(path.join(host.data, 'ipc/dev/messages'), path.join(host.data, 'ipc/other/messages'))
  const watch = await host.watch(['--time-zone', 'Europe/Madrid'])

  expect(JSON.parse(await watch.find(/(\{"type".*)\n/))).toMatchObject({
    chatJid: '2@g.us',
    text: 'hello',
  })
  // It waits for a while for the first one to end.
  const second = await host.watch()
  await eventually(() => {
    expect(host.list('errors').filter((name) => name.endsWith('.json'))).toEqual([
      'dev-2-a.json',
      'dev-2-b.json',
      'dev-3-a.json',
      'dev-3-b.json',
    ])
    expect(host.reply('main', '1-c.json')).toEqual({ok: true})
  })
  expect(host.reply('dev', '2-a.json')).toEqual({
    ok: false,
    error: 'This group may only write to its own chat.',
  })
  expect(host.reply('dev', '2-b.json')).toEqual({
    ok: false,
    error: 'Only the main group may do that.',
  })
  expect(host.list('dev/messages')).toEqual(['4-a.json.tmp'])
  // A registration does not wipe what it does not name.
  expect(host.readJson('registered_groups.json')).toMatchObject({
    '2@g.us': {name: 'Devs', provider: 'codex', mine: 1},
  })
  const {taskId} = host.reply('dev', '1-b.json') as {taskId: string}
  await eventually(() =>
    expect(host.readJson('ipc/dev/current_tasks.json')).toMatchObject([
      {id: taskId, status: 'active'},
    ]),
  )

  host.write('dev/tasks/5-b.json', {type: 'pause_task', taskId})
  await eventually(() =>
    expect(host.readJson('ipc/main/current_tasks.json')).toMatchObject([{status: 'paused'}]),
  )
  host.write('dev/tasks/6-b.json', {type: 'resume_task', taskId})
  host.write('dev/tasks/7-b.json', {type: 'cancel_task', taskId: 'task-of-nobody'})
  await eventually(() => expect(host.reply('dev', '7-b.json')).toMatchObject({ok: false}))
  expect(host.reply('dev', '6-b.json')).toMatchObject({ok: true, taskId})
  host.write('dev/tasks/8-b.json', {type: 'cancel_task', taskId})
  await eventually(() => expect(host.readJson('ipc/dev/current_tasks.json')).toEqual([]))

  expect(await second.result).toMatchObject({code: 1})
  watch.kill('SIGTERM')
  expect(await watch.result).toMatchObject({code: 0})
}, 90_000)

test('loses nothing and doubles nothing, however often it is killed', async () => {
  const host = makeAgentHost()
  const inbox = path.join(host.data, 'ipc/dev/messages')
  const log = path.join(host.cao.home, 'delivered.jsonl')
  const program = host.cao.writeCodex(`cat >> ${log}`)
  const count = 60
  let watch = await host.watch(['--deliver', program])
  for (let index = 0; index < count; index += 1) {
    const file = path.join(inbox, `${String(index).padStart(5, '0')}-a.json`)
    writeFileSync(
      `${file}.tmp`,
      JSON.stringify({type: 'message', chatJid: '2@g.us', text: `m${index}`}),
    )
    renameSync(`${file}.tmp`, file)
    if (index % 20 !== 19) continue
    await watch.find(/Watching/)
    watch.kill('SIGKILL')
    await watch.result
    watch = await host.watch(['--deliver', program])
  }
  const read = () =>
    (existsSync(log) ? readFileSync(log, 'utf8') : '')
      .trim()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as {id: string; text: string})
  await eventually(() => expect(new Set(read().map(({text}) => text)).size).toBe(count))

  const texts = new Map(read().map(({id, text}) => [id, text]))
  // One that was on its way at a kill may come again: with the same id, by which a host tells.
  expect([...texts.values()].toSorted()).toEqual(
    Array.from({length: count}, (_, index) => `m${index}`).toSorted(),
  )
  expect(host.list('dev/messages')).toEqual([])
}, 90_000)
