import {spawn, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import {describe, expect, onTestFinished, test} from 'vitest'
import {
  endServers,
  findServers,
} from '../../../../src/accounts/directories/codex/background-servers.ts'
import {createAccountDirectories} from '../../../../src/accounts/directories/account-directories.ts'
import {createMemoryLog} from '../../../support/memory/memory-log.ts'
import {makeTemporaryFolder} from '../../../support/temporary-folder.ts'

/** What the official CLI leaves running in a folder ends with it, and nothing else does. */

const FOREVER = 'setInterval(() => undefined, 1000); console.log("ready")'
const STUBBORN = `process.on('SIGTERM', () => undefined); ${FOREVER}`

/** Starts a process, with these words behind its program, and waits until it is there. */
async function startProcess(words: readonly string[], script = FOREVER): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['-e', script, ...words], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  return child
}

/** What the CLI 0.171.0 writes about a process that it has started. */
function describeProcess({pid}: ChildProcess): {
  pid: number | undefined
  processIdentity: {bootId: string; startTicks: number}
} {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const startTicks = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19])
  const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  return {pid, processIdentity: {bootId, startTicks}}
}

function write(home: string, name: string, content: unknown): void {
  mkdirSync(path.join(home, 'app-server-daemon'), {recursive: true})
  writeFileSync(path.join(home, 'app-server-daemon', name), JSON.stringify(content))
}

describe.skipIf(process.platform !== 'linux')('background servers', () => {
  test('are found, and ended', async () => {
    const home = makeTemporaryFolder()
    const server = await startProcess(['app-server', '--listen', 'unix://'])
    const updater = await startProcess(['app-server', 'daemon', 'pid-update-loop'])
    write(home, 'daemon.pid', describeProcess(server))
    write(home, 'daemon-updater.pid', describeProcess(updater))
    const ends = [server, updater].map(async (child) => once(child, 'exit'))

    expect(await findServers(home)).toEqual([updater.pid, server.pid])
    await endServers(home)

    expect(await Promise.all(ends)).toEqual([
      [null, 'SIGTERM'],
      [null, 'SIGTERM'],
    ])
    expect(await findServers(home)).toEqual([])
  })

  test('end with the account, however stubborn', {timeout: 20_000}, async () => {
    const base = makeTemporaryFolder()
    const directories = createAccountDirectories({base, now: Date.now, log: createMemoryLog().log})
    const {home} = await directories.create('work')
    const server = await startProcess(['app-server'], STUBBORN)
    write(home, 'daemon.pid', describeProcess(server))
    const end = once(server, 'exit')

    await directories.remove('work')

    expect(await end).toEqual([null, 'SIGKILL'])
  })

  test.each([
    ['has another beginning', {startTicks: 1}, ['app-server']],
    ['is of another boot', {bootId: 'another'}, ['app-server']],
    ['runs something else', {}, ['innocent']],
  ])('a process that %s is left alone', async (_, change, words) => {
    const home = makeTemporaryFolder()
    const child = await startProcess(words)
    const {pid, processIdentity} = describeProcess(child)
    write(home, 'daemon.pid', {pid, processIdentity: {...processIdentity, ...change}})

    await endServers(home)

    expect(await findServers(home)).toEqual([])
    expect(child.kill(0)).toBe(true)
  })

  test.each([
    [{pid: 1}],
    [{pid: 0}],
    [{pid: -1}],
    [{pid: 1e300}],
    [{pid: '1; true'}],
    ['no record'],
    [null],
  ])('%j names no process', async (content) => {
    const home = makeTemporaryFolder()
    write(home, 'daemon.pid', content)

    await endServers(home)

    expect(await findServers(home)).toEqual([])
  })

  test('of a linked folder go on: it is used elsewhere', async () => {
    const base = makeTemporaryFolder()
    const home = makeTemporaryFolder()
    const directories = createAccountDirectories({base, now: Date.now, log: createMemoryLog().log})
    await directories.link('mine', home)
    const server = await startProcess(['app-server'])
    write(home, 'daemon.pid', describeProcess(server))

    await directories.remove('mine')

    expect(await findServers(home)).toEqual([server.pid])
  })
})
