import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {existsSync, readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {createInterface} from 'node:readline'
import {afterAll, beforeAll, expect, onTestFinished, test} from 'vitest'
import {WATCH_NODE} from '../../support/agent/agent-host.ts'
import type {ClockAnswer, ClockCommand} from '../../support/agent/clock-host.ts'
import {bundleFile} from '../../support/processes/child-script.ts'
import {installNode} from '../../support/processes/install-node.ts'
import {makeTemporaryFolder} from '../../support/temporary-folder.ts'

/** Tasks of a watcher whose clock stands where the test puts it. It runs in a Node that has SQLite. */

const GROUPS = {
  '1@g.us': {name: 'Main', folder: 'main'},
  '2@g.us': {name: 'Dev', folder: 'dev'},
}

let node = ''
let script: Awaited<ReturnType<typeof bundleFile>>

beforeAll(async () => {
  node = await installNode(WATCH_NODE)
  script = await bundleFile(new URL('../../support/agent/clock-host.ts', import.meta.url))
}, 240_000)

afterAll(() => script.remove())

function makeHost() {
  const folder = makeTemporaryFolder()
  writeFileSync(path.join(folder, 'registered_groups.json'), JSON.stringify(GROUPS))
  return {
    folder,
    reply: (name: string) =>
      JSON.parse(readFileSync(path.join(folder, 'ipc/dev/replies', name), 'utf8')) as {
        ok: boolean
        taskId: string
        nextRun: string
      },
    tasks: () =>
      (
        JSON.parse(readFileSync(path.join(folder, 'ipc/dev/current_tasks.json'), 'utf8')) as {
          prompt: string
        }[]
      ).toSorted((one, other) => one.prompt.localeCompare(other.prompt)),
  }
}

function startHost({folder}: {readonly folder: string}) {
  const child = spawn(node, [script.file, folder], {stdio: ['pipe', 'pipe', 'inherit']})
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines = createInterface({input: child.stdout})[Symbol.asyncIterator]()
  return {
    async at(time: string, command: Omit<ClockCommand, 'at'> = {}): Promise<ClockAnswer> {
      child.stdin.write(`${JSON.stringify({at: time, ...command})}\n`)
      const line = await lines.next()
      if (line.done) throw new Error('The host has ended')
      return JSON.parse(line.value) as ClockAnswer
    },
    async kill() {
      child.kill('SIGKILL')
      await once(child, 'close')
    },
  }
}

function plan(schedule_type: string, schedule_value: string, prompt: string) {
  return {type: 'schedule_task', groupFolder: 'dev', schedule_type, schedule_value, prompt}
}

function toMessage(chatJid: string, text: string) {
  return {type: 'message', chatJid, text}
}

const NOTHING = {runs: [], sent: []}

test('cron, interval and once run when their time comes, and again as they are meant to', async () => {
  const files = makeHost()
  const host = startHost(files)
  await host.at('2026-11-30T13:00:00Z', {
    write: {
      'dev/tasks/1.json': plan('cron', '0 9 * * 1-5', 'news'),
      'dev/tasks/2.json': plan('interval', '3600000', 'mails'),
      'dev/tasks/3.json': plan('once', '2026-11-30T14:30:00', 'dinner'),
    },
  })
  expect(['1.json', '2.json', '3.json'].map((name) => files.reply(name).nextRun)).toEqual([
    '2026-12-01T08:00:00.000Z',
    '2026-11-30T14:00:00.000Z',
    '2026-11-30T13:30:00.000Z',
  ])

  expect(await host.at('2026-11-30T13:29:59Z')).toEqual(NOTHING)
  expect(await host.at('2026-11-30T13:30:00Z')).toEqual({...NOTHING, runs: ['dinner']})
  expect(await host.at('2026-11-30T13:30:01Z')).toEqual(NOTHING)
  expect(await host.at('2026-11-30T14:00:00Z')).toEqual({...NOTHING, runs: ['mails']})
  // A host that was asleep for days runs each once, not once for each time that was missed.
  expect((await host.at('2026-12-03T10:00:00Z')).runs).toEqual(['mails', 'news'])
  expect(await host.at('2026-12-03T10:59:59Z')).toEqual(NOTHING)
  expect(files.tasks()).toMatchObject([
    {prompt: 'dinner', status: 'completed', next_run: null},
    {prompt: 'mails', next_run: '2026-12-03T11:00:00.000Z'},
    {prompt: 'news', next_run: '2026-12-04T08:00:00.000Z', last_result: 'done'},
  ])
})

test('a task that is paused does not run, one that is resumed waits for its next time, one that is cancelled is gone', async () => {
  const files = makeHost()
  const host = startHost(files)
  await host.at('2026-11-30T07:00:00Z', {
    write: {'dev/tasks/1.json': plan('cron', '0 9 * * *', 'news')},
  })
  const {taskId} = files.reply('1.json')
  await host.at('2026-11-30T07:30:00Z', {write: {'dev/tasks/2.json': {type: 'pause_task', taskId}}})

  expect(await host.at('2026-11-30T12:00:00Z')).toEqual(NOTHING)
  const resume = {'dev/tasks/3.json': {type: 'resume_task', taskId}}
  expect(await host.at('2026-11-30T12:01:00Z', {write: resume})).toEqual(NOTHING)
  expect(files.reply('3.json')).toEqual({ok: true, taskId, nextRun: '2026-12-01T08:00:00.000Z'})
  expect((await host.at('2026-12-01T08:00:00Z')).runs).toEqual(['news'])
  await host.at('2026-12-01T09:00:00Z', {
    write: {'dev/tasks/4.json': {type: 'cancel_task', taskId}},
  })
  expect(await host.at('2026-12-02T08:00:00Z')).toEqual(NOTHING)
  expect(files.tasks()).toEqual([])
})

test('keeps the time of day over both changes of the clocks, and runs once in the hour that comes twice', async () => {
  const files = makeHost()
  const host = startHost(files)
  await host.at('2027-03-27T10:00:00Z', {
    write: {
      'dev/tasks/1.json': plan('cron', '0 9 * * *', 'nine'),
      'dev/tasks/2.json': plan('cron', '30 2 * * *', 'night'),
    },
  })
  // At 02:30 there is nothing on that night: it runs at half past three.
  expect(await host.at('2027-03-28T00:59:59Z')).toEqual(NOTHING)
  expect((await host.at('2027-03-28T01:00:00Z')).runs).toEqual(['night'])
  expect((await host.at('2027-03-28T07:00:00Z')).runs).toEqual(['nine'])
  await host.at('2027-10-30T12:00:00Z')
  expect((await host.at('2027-10-31T00:30:00Z')).runs).toEqual(['night'])
  expect(await host.at('2027-10-31T01:30:00Z')).toEqual(NOTHING)
  expect((await host.at('2027-10-31T08:00:00Z')).runs).toEqual(['nine'])
})

test('a clock that is set back holds up neither tasks nor messages, and doubles no run', async () => {
  const files = makeHost()
  const host = startHost(files)
  await host.at('2027-11-30T06:00:00Z', {
    write: {
      'dev/tasks/1.json': plan('cron', '0 9 * * *', 'nine'),
      'dev/tasks/2.json': plan('interval', '3600000', 'hourly'),
    },
  })
  await host.at('2027-11-30T08:00:00Z', {
    deaf: ['2@g.us'],
    write: {'dev/messages/1.json': {type: 'message', chatJid: '2@g.us', text: 'hello'}},
  })
  // Back by half an hour: nine o'clock comes once more, and is over.
  expect(await host.at('2027-11-30T07:45:00Z')).toEqual({runs: [], sent: ['2@g.us: hello']})
  expect((await host.at('2027-11-30T08:01:00Z')).runs).toEqual([])
  // Back by a year: both wait for their next time from now on.
  await host.at('2026-11-30T07:30:00Z')
  expect((await host.at('2026-11-30T08:00:00Z')).runs).toEqual(['nine'])
  expect((await host.at('2026-11-30T08:30:00Z')).runs).toEqual(['hourly'])
})

test('a kill in the middle of a run: it is not run again, and the chat is told once', async () => {
  const files = makeHost()
  const host = startHost(files)
  const write = {'dev/tasks/1.json': plan('once', '2026-11-30T14:30:00', 'hang')}
  await host.at('2026-11-30T13:00:00Z', {write})
  expect((await host.at('2026-11-30T13:30:00Z')).runs).toEqual(['hang'])
  await host.kill()

  const second = startHost(files)
  expect(await second.at('2026-11-30T13:31:00Z')).toEqual({
    runs: [],
    sent: [
      '2@g.us: The task “hang” was interrupted, because the host was stopped. Its next run is not affected; ask for it again if it matters now.',
    ],
  })
  await second.kill()
  expect(await startHost(files).at('2026-11-30T13:32:00Z')).toEqual(NOTHING)
})

test('a task that fails is told of in its chat, unless its agent has done so', async () => {
  const files = makeHost()
  const host = startHost(files)
  await host.at('2026-11-30T13:00:00Z', {
    write: {
      'dev/tasks/1.json': plan('once', '2026-11-30T14:30:00', 'fail'),
      'dev/tasks/2.json': plan('once', '2026-11-30T14:40:00', 'fail, told'),
    },
  })
  expect(await host.at('2026-11-30T13:30:00Z')).toEqual({
    runs: ['fail'],
    sent: ['2@g.us: The task “fail” has failed. Ask again.'],
  })
  expect(await host.at('2026-11-30T13:40:00Z')).toEqual({runs: ['fail, told'], sent: []})
})

test('a list of groups that is being written loses nothing, and a group that is gone has no runs', async () => {
  const files = makeHost()
  const host = startHost(files)
  const message = {type: 'message', chatJid: '2@g.us', text: 'hello'}
  await host.at('2026-11-30T13:00:00Z', {
    write: {'dev/tasks/1.json': plan('once', '2026-11-30T14:30:00', 'dinner')},
  })
  const half = JSON.stringify(GROUPS).slice(0, 40)
  expect(
    await host.at('2026-11-30T13:01:00Z', {
      registry: half,
      write: {'dev/messages/1.json': message},
    }),
  ).toEqual({runs: [], sent: ['2@g.us: hello']})
  await host.kill()
  // Nobody knows who is in it now: files wait, and so do tasks.
  const second = startHost(files)
  expect(
    await second.at('2026-11-30T13:30:00Z', {write: {'dev/messages/2.json': message}}),
  ).toEqual(NOTHING)
  expect(existsSync(path.join(files.folder, 'ipc/dev/messages/2.json'))).toBe(true)

  const rest = JSON.stringify({'1@g.us': GROUPS['1@g.us']})
  expect((await second.at('2026-11-30T13:31:00Z', {registry: rest})).runs).toEqual([])
  await second.at('2026-11-30T13:32:00Z', {registry: `\uFEFF${JSON.stringify(GROUPS)}`})
  expect(files.tasks()).toMatchObject([{prompt: 'dinner', status: 'paused'}])
})

test('a chat that takes nothing holds up no other, and gets all of it in order', async () => {
  const host = startHost(makeHost())
  const deaf = ['2@g.us']
  const first = await host.at('2026-11-30T13:00:00Z', {
    deaf,
    write: {
      'dev/messages/1.json': toMessage('2@g.us', 'one'),
      'dev/messages/2.json': toMessage('2@g.us', 'two'),
      'main/messages/1.json': toMessage('1@g.us', 'three'),
    },
  })
  expect(first.sent).toEqual(['1@g.us: three'])
  expect(await host.at('2026-11-30T13:00:00.500Z')).toEqual(NOTHING)
  expect((await host.at('2026-11-30T13:00:02Z')).sent).toEqual(['2@g.us: one', '2@g.us: two'])
})
