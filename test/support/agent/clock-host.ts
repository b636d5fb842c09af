/**
 * A watcher whose clock stands where a test puts it: commands come as JSON lines, and each is answered by what has happened.
 * The folder of the host is the first argument.
 */
import {existsSync, mkdirSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import {createInterface} from 'node:readline'
import {setTimeout as delay} from 'node:timers/promises'
import {createGroupFile, IpcInbox, openDatabase, TaskStore, Watcher} from '../../../src/agent.ts'

/** What a test wants. */
export interface ClockCommand {
  /** The time, as ISO. */
  readonly at: string
  /** Files of agents, below `ipc`. */
  readonly write?: Readonly<Record<string, unknown>>
  /** The text of `registered_groups.json`. */
  readonly registry?: string
  /** Chats that take no message at the moment. */
  readonly deaf?: readonly string[]
}

/** What has happened. */
export interface ClockAnswer {
  /** The prompts of the tasks that began. */
  readonly runs: readonly string[]
  /** What the chats have heard. */
  readonly sent: readonly string[]
}

const [folder = ''] = process.argv.slice(2)
let nowMs = 0
let runs: string[] = []
let sent: string[] = []
let deaf: readonly string[] = []
let hanging = 0
const now = () => nowMs
const registry = path.join(folder, 'registered_groups.json')
const groups = createGroupFile(registry, now)
const store = new TaskStore(await openDatabase(path.join(folder, 'agent-tasks.db')))
const watcher = new Watcher({
  inbox: new IpcInbox(path.join(folder, 'ipc')),
  store,
  now,
  log: {debug: ignore, info: ignore, warn: ignore, error: ignore},
  timeZone: 'Europe/Madrid',
  groups: () => groups.list(),
  async send({chatJid, text}) {
    if (deaf.includes(chatJid)) throw new Error('The chat does not answer')
    sent.push(`${chatJid}: ${text}`)
  },
  async runTask({prompt}) {
    runs.push(prompt)
    if (prompt === 'hang') {
      hanging += 1
      await new Promise(() => undefined)
    }
    if (prompt.startsWith('fail')) return {error: 'Ask again.', isTold: prompt === 'fail, told'}
    return {result: 'done'}
  },
})

function write(file: string, content: unknown): void {
  const place = path.join(folder, 'ipc', file)
  mkdirSync(path.dirname(place), {recursive: true})
  writeFileSync(place, typeof content === 'string' ? content : JSON.stringify(content))
}

async function obey({at, deaf: silent = [], registry: text, write: files = {}}: ClockCommand) {
  nowMs = Date.parse(at)
  deaf = silent
  if (text !== undefined) writeFileSync(registry, text)
  for (const [file, content] of Object.entries(files)) write(file, content)
  if (!existsSync(path.join(folder, 'ipc'))) mkdirSync(path.join(folder, 'ipc'))
  if (!isReady) await watcher.recover()
  isReady = true
  await watcher.look()
  // A run that hangs never settles.
  const settled = watcher.settled().then(() => true)
  while (!(await Promise.race([settled, delay(5, false)]))) if (hanging > 0) break
  // What a task has said by its end goes out with the next look.
  await watcher.look()
  if (hanging === 0) await watcher.settled()
}

let isReady = false
for await (const line of createInterface({input: process.stdin})) {
  runs = []
  sent = []
  await obey(JSON.parse(line) as ClockCommand)
  process.stdout.write(`${JSON.stringify({runs, sent})}\n`)
}

function ignore(): void {}
