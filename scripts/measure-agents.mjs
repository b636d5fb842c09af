/**
 * Measures the figures of docs/agents.md: `node scripts/measure-agents.mjs [start|groups|runs|pickup|kills] [files]`, after
 * `npm run build`. All but `start` need a Node with SQLite (22.13 or newer).
 */
import {spawn, spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import process from 'node:process'
import {setTimeout as delay} from 'node:timers/promises'

const CAO = path.resolve('dist/cao.js')
const folder = mkdtempSync(path.join(tmpdir(), 'cao-agents-'))
const inFolder = (/** @type {string[]} */ ...parts) => path.join(folder, ...parts)

/** @param {string} file @param {string} text */
function writeWhole(file, text) {
  writeFileSync(`${file}.tmp`, text)
  renameSync(`${file}.tmp`, file)
}

/** @param {number[]} numbers */
function median(numbers) {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? NaN
}

/** @param {readonly string[]} [commands] */
function makeCodex(commands = []) {
  const file = inFolder('codex')
  const answer = [
    {type: 'thread.started', thread_id: 't1'},
    {type: 'item.completed', item: {type: 'agent_message', text: 'hi'}},
    {type: 'turn.completed', usage: {input_tokens: 1, output_tokens: 1}},
  ]
  const lines = answer.map((event) => `echo '${JSON.stringify(event)}'`).join('\n')
  writeFileSync(
    file,
    `#!/bin/sh\ndate +%s%N > "$CODEX_HOME/started"\ncat > /dev/null\n${commands.join('\n')}\n${lines}\n`,
  )
  chmodSync(file, 0o755)
  return file
}

function measureStart() {
  const codex = makeCodex()
  const home = inFolder('home')
  for (const name of ['home', 'group', 'ipc', 'global'])
    mkdirSync(inFolder(name), {recursive: true})
  writeFileSync(path.join(home, 'auth.json'), '{"auth_mode":"apikey","OPENAI_API_KEY":"sk-1"}')
  const input = JSON.stringify({
    prompt: 'x',
    groupFolder: 'dev',
    chatJid: '1',
    isMain: false,
    provider: 'codex',
  })
  const places = ['group', 'ipc', 'global'].flatMap((name) => [`--${name}-dir`, inFolder(name)])
  const args = [CAO, 'agent', 'run', ...places, '--codex-home', home, '--codex', codex]
  const starts = []
  const empties = []
  for (let turn = 0; turn < 15; turn += 1) {
    const emptyAt = process.hrtime.bigint()
    spawnSync(process.execPath, ['-e', ''])
    empties.push(Number(process.hrtime.bigint() - emptyAt) / 1e6)
    const at = Date.now()
    const {stdout} = spawnSync(process.execPath, args, {input})
    if (!String(stdout).includes('"hi"')) throw new Error('There was no answer')
    starts.push(Number(readFileSync(path.join(home, 'started'), 'utf8')) / 1e6 - at)
  }
  const [start, empty] = [median(starts), median(empties)]
  console.log(
    `start of cao agent run to the start of the CLI: ${start.toFixed(0)} ms; an empty Node: ${empty.toFixed(0)} ms; beyond it: ${(start - empty).toFixed(0)} ms`,
  )
}

/** @param {number} groups */
function makeHost(groups) {
  const data = inFolder('data')
  const registered = Object.fromEntries(
    Array.from({length: groups}, (_, index) => [
      `${index}@g.us`,
      {name: `g${index}`, folder: `g${index}`},
    ]),
  )
  for (let index = 0; index < groups; index += 1)
    mkdirSync(path.join(data, 'ipc', `g${index}`, 'messages'), {recursive: true})
  writeFileSync(path.join(data, 'registered_groups.json'), JSON.stringify(registered))
  return data
}

/** @typedef {Map<string, {text: string, atMs: number}[]>} Seen */

/** @param {string} data @param {Seen} seen */
function startWatch(data, seen) {
  const child = spawn(process.execPath, [CAO, 'agent', 'watch', '--data', data], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child.stderr.resume()
  let rest = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const {id, text: said} = /** @type {{id: string, text: string}} */ (JSON.parse(line))
      seen.set(id, [...(seen.get(id) ?? []), {text: said, atMs: Date.now()}])
    }
  })
  return child
}

/** @param {string} data @param {number} group @param {number} number */
function writeMessage(data, group, number) {
  const name = `${String(number).padStart(8, '0')}-a.json`
  const message = {type: 'message', chatJid: `${group}@g.us`, text: `${number}`}
  writeWhole(path.join(data, 'ipc', `g${group}`, 'messages', name), JSON.stringify(message))
}

/** @param {string} what @param {Seen} seen @param {number} count */
function report(what, seen, count) {
  const texts = [...seen.values()].map(([first]) => first?.text)
  const again = [...seen.values()].filter(({length}) => length > 1).length
  const lost = count - new Set(texts).size
  console.log(
    `${what}: ${count} messages, ${lost} lost, ${texts.length - new Set(texts).size} doubled, ${again} handed over again under the same id`,
  )
  if (lost !== 0 || texts.length !== count) process.exitCode = 1
}

/** Runs the agent of a group. @param {string} data @param {number} group @param {string} codex */
async function runAgent(data, group, codex) {
  const name = `g${group}`
  const [home, place] = [inFolder('homes', name), inFolder('groups', name)]
  for (const made of [home, place]) mkdirSync(made, {recursive: true})
  writeFileSync(path.join(home, 'auth.json'), '{"auth_mode":"apikey","OPENAI_API_KEY":"sk-1"}')
  const places = ['--group-dir', place, '--ipc-dir', path.join(data, 'ipc', name)]
  const homes = ['--global-dir', inFolder('global'), '--codex-home', home, '--codex', codex]
  const child = spawn(process.execPath, [CAO, 'agent', 'run', ...places, ...homes], {
    env: {...process.env, CAO_AGENT_NODE: process.execPath, CAO_AGENT_FILE: CAO},
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const chat = {chatJid: `${group}@g.us`, groupFolder: name, isMain: false}
  child.stdin.end(JSON.stringify({prompt: 'x', provider: 'codex', ...chat}))
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (more) => (text += more))
  await once(child, 'close')
  return text.includes('"hi"')
}

/** Each agent leaves two messages by the command that it is told of, and answers. @param {number} count */
async function measureRuns(count) {
  const data = makeHost(count)
  const seen = /** @type {Seen} */ (new Map())
  const watch = startWatch(data, seen)
  const send = '"$CAO_AGENT_NODE" "$CAO_AGENT_FILE" agent ipc send --wait 0'
  const codex = makeCodex(
    [1, 2].map((number) => `${send} "$CAO_AGENT_GROUP ${number}" > /dev/null`),
  )
  const atMs = Date.now()
  const runs = Array.from({length: count}, (_, group) => runAgent(data, group, codex))
  const answered = (await Promise.all(runs)).filter(Boolean).length
  const seconds = ((Date.now() - atMs) / 1000).toFixed(0)
  const untilMs = Date.now() + 60_000
  while (seen.size < 2 * count && Date.now() < untilMs) await delay(50)
  watch.kill()
  console.log(`${answered} of ${count} agents at once have answered, in ${seconds} s`)
  report('their messages', seen, 2 * count)
  if (answered !== count) process.exitCode = 1
}

async function measurePickup() {
  const data = makeHost(1)
  const seen = /** @type {Seen} */ (new Map())
  const watch = startWatch(data, seen)
  await delay(1500)
  const waits = []
  for (let number = 0; number < 20; number += 1) {
    await delay(Math.random() * 600)
    const atMs = Date.now()
    writeMessage(data, 0, number)
    while (seen.size <= number) await delay(5)
    waits.push(Date.now() - atMs)
  }
  watch.kill()
  console.log(
    `a file is picked up within ${median(waits)} ms (median), ${Math.max(...waits)} ms at most, of ${waits.length}`,
  )
}

/** @param {number} count */
async function measureGroups(count) {
  const data = makeHost(50)
  const seen = /** @type {Seen} */ (new Map())
  const watch = startWatch(data, seen)
  for (let number = 0; number < count; number += 1) writeMessage(data, number % 50, number)
  while (seen.size < count) await delay(50)
  watch.kill()
  report('50 groups at once', seen, count)
}

/** @param {number} count */
async function measureKills(count) {
  const data = makeHost(1)
  const seen = /** @type {Seen} */ (new Map())
  const state = {isDone: false, kills: 0}
  const killing = (async () => {
    while (!state.isDone) {
      const watch = startWatch(data, seen)
      // A busy machine may need longer than a second to begin.
      await once(watch.stderr, 'data')
      await delay(1000)
      watch.kill('SIGKILL')
      state.kills += 1
      await new Promise((resolve) => void watch.once('close', resolve))
    }
  })()
  for (let number = 0; number < count; number += 1) {
    writeMessage(data, 0, number)
    if (number % 20 === 19) await delay(1)
  }
  const inbox = path.join(data, 'ipc/g0/messages')
  const found = () => new Set([...seen.values()].map(([first]) => first?.text)).size
  const atMs = Date.now()
  while (found() < count && Date.now() - atMs < 120_000) await delay(200)
  state.isDone = true
  await killing
  // What the last one was killed with is still there.
  const last = startWatch(data, seen)
  for (const lastMs = Date.now(); found() < count && Date.now() - lastMs < 60_000;) await delay(200)
  last.kill()
  report(
    `${state.kills} kills, one a second (${readdirSync(inbox).length} files left)`,
    seen,
    count,
  )
}

const [what = 'start', count = '10000'] = process.argv.slice(2)
try {
  if (what === 'start') measureStart()
  if (what === 'runs') await measureRuns(Math.min(Number(count), 50))
  if (what === 'pickup') await measurePickup()
  if (what === 'groups') await measureGroups(Number(count))
  if (what === 'kills') await measureKills(Number(count))
} finally {
  rmSync(folder, {recursive: true, force: true})
}
