import {readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {describe, expect, onTestFinished, test} from 'vitest'
import {toAccount} from '../../../src/accounts/account.ts'
import {createCombinedAccountStore} from '../../../src/accounts/shared/combined-account-store.ts'
import {createAccountDirectories} from '../../../src/accounts/directories/account-directories.ts'
import {createSharedAccountStore} from '../../../src/accounts/shared/shared-account-store.ts'
import {createAccountMemory} from '../../../src/storage/account-memory.ts'
import {buildLogin} from '../../support/accounts/build-login.ts'
import {createReading} from '../../support/accounts/create-usage.ts'
import {createGate} from '../../support/gate.ts'
import {createMemoryLog} from '../../support/memory/memory-log.ts'
import {createMemoryAccountStore} from '../../support/memory/memory-account-store.ts'
import {createMemoryStorage} from '../../support/memory/memory-storage.ts'
import {makeTemporaryFolder} from '../../support/temporary-folder.ts'
import {eventually} from '../../support/eventually.ts'

const NOW_MS = 1_800_000_000_000

const BOB = toAccount(buildLogin({user: 'bob'}))

const now = () => NOW_MS

/** Opens the accounts of a folder. The clock stands still, so it is read again only when it has changed. */
function open(folder: string) {
  const {log, lines} = createMemoryLog()
  const memory = createAccountMemory({storage: createMemoryStorage(), now, log})
  const looks: number[] = []
  const links = {
    list() {
      looks.push(looks.length)
      return []
    },
  }
  const store = createSharedAccountStore({
    folder: () => folder,
    memory: {...memory, links},
    emptyFolder: folder,
    now,
    log,
  })
  onTestFinished(() => store.close())
  const directories = createAccountDirectories({base: folder, now, log})
  const told: string[] = []
  store.watch(async () => void told.push('change'))
  return {directories, lines, looks, memory, store, told}
}

/** A folder in which Ada is logged in. */
async function setUp() {
  const base = makeTemporaryFolder()
  await open(base).directories.addLogin(toAccount(buildLogin({user: 'ada'})))
  return {base, ...open(base)}
}

test('a request that outlives the plugin still finds its account, and leaves no watch behind', async () => {
  const folder = makeTemporaryFolder()
  const {directories, looks, store} = open(folder)
  await directories.addLogin(toAccount(buildLogin({user: 'ada'})))
  store.close()
  expect(await store.list()).toHaveLength(1)
  const later = open(folder).store
  const heard: string[] = []
  later.watch(async () => void heard.push('change'))
  await later.list()
  const looksBefore = looks.length

  await directories.addLogin(toAccount(buildLogin({user: 'bob'})))
  await eventually(() => expect(heard).toContain('change'))

  expect(looks).toHaveLength(looksBefore)
})

test('a list does not wait for a folder whose drive does not answer, and tells when it does', async () => {
  const folder = await setUp()
  const gate = createGate()
  const {log, lines} = createMemoryLog()
  const store = createSharedAccountStore({
    folder: () => folder.base,
    memory: {...folder.memory, load: () => gate.opened},
    emptyFolder: folder.base,
    now,
    log,
  })
  onTestFinished(() => store.close())
  const told: string[] = []
  store.watch(async () => void told.push('change'))
  const combined = createCombinedAccountStore(createMemoryAccountStore(BOB), store)

  expect(await combined.list()).toEqual([BOB])
  expect(lines.join()).toContain('The shared accounts do not answer')
  gate.open()
  await eventually(() => expect(told).toEqual(['change']))

  expect(await combined.list()).toMatchObject([BOB, {email: 'ada@example.com'}])
})

test.each(['folder', 'links'] as const)(
  'what a refresh brings reaches the login that it was for, though it is no longer shared (%s)',
  async (way) => {
    const base = makeTemporaryFolder()
    const {directories} = open(base)
    const home = await directories.addLogin(toAccount(buildLogin({user: 'ada'})))
    const shared = {folder: way === 'folder' ? base : undefined, links: [home]}
    const {log} = createMemoryLog()
    const memory = createAccountMemory({storage: createMemoryStorage(), now, log})
    const store = createSharedAccountStore({
      folder: () => shared.folder,
      memory: {...memory, links: {list: () => (way === 'links' ? shared.links : [])}},
      emptyFolder: path.join(base, 'none'),
      now,
      log,
    })
    onTestFinished(() => store.close())
    const combined = createCombinedAccountStore(createMemoryAccountStore(), store)

    await combined.lock('ada:team', async () => {
      shared.folder = undefined
      shared.links = []
      await store.update()
      const tokens = buildLogin({user: 'ada', serial: 2})
      await combined.change('ada:team', {tokens, spentRefreshToken: 'refresh-ada-1'})
    })

    expect(await combined.list()).toEqual([])
    expect(readFileSync(path.join(home, 'auth.json'), 'utf8')).toContain('refresh-ada-2')
  },
)

describe('a shared account without quota', () => {
  const untilMs = NOW_MS + 3_600_000
  const spent = {lastQuotaAtMs: NOW_MS, cooldownUntilMs: untilMs, lastError: 'usage_limit_reached'}
  const rest = {reason: 'usage_limit', untilMs}

  test('rests here until the time that another program wrote, before it and after a restart', async () => {
    const {base, directories, memory, store} = await setUp()
    await store.list()

    await directories.changeStatus('ada', () => spent)
    await eventually(() => expect(memory.rests.get('ada:team')).toMatchObject(rest))

    const later = open(base)
    await later.store.list()
    expect(later.memory.rests.get('ada:team')).toMatchObject(rest)
    expect(await later.directories.status('ada')).toEqual(spent)
  })

  test('rests no more when its usage was asked for since, and other programs are told', async () => {
    const {directories, memory, store} = await setUp()
    const reading = {source: 'usage', limitReached: false, askedAtMs: NOW_MS} as const
    memory.usage.update('ada:team', createReading({...reading, takenAtMs: NOW_MS}, {}))
    const before = {...spent, lastQuotaAtMs: NOW_MS - 24 * 3_600_000}
    await directories.changeStatus('ada', () => ({...before, consecutiveFailures: 1}))

    await store.list()

    expect(memory.rests.get('ada:team')).toBeUndefined()
    await eventually(async () =>
      expect(await directories.status('ada')).toEqual({lastQuotaAtMs: before.lastQuotaAtMs}),
    )
  })

  test('rests no more once newer usage comes, though the file still says so', async () => {
    const {directories, memory, store} = await setUp()
    const lastQuotaAtMs = NOW_MS - 24 * 3_600_000
    await directories.changeStatus('ada', () => ({...spent, lastQuotaAtMs}))
    await store.list()
    expect(memory.rests.get('ada:team')).toMatchObject(rest)

    const reading = {source: 'usage', limitReached: false, takenAtMs: NOW_MS} as const
    memory.usage.update('ada:team', createReading(reading, {}))

    expect(memory.rests.get('ada:team')).toBeUndefined()
    await eventually(async () =>
      expect(await directories.status('ada')).not.toHaveProperty('cooldownUntilMs'),
    )
  })

  test('rests no more when another program ends it, and what is left is asked for', async () => {
    const {directories, memory, store, told} = await setUp()
    await directories.changeStatus('ada', () => spent)
    await store.list()
    memory.usage.update('ada:team', createReading({limitReached: true}, {usedPercent: 100}))

    await directories.changeStatus('ada', () => ({cooldownUntilMs: null, lastError: null}))
    await eventually(() => expect(memory.rests.get('ada:team')).toBeUndefined())

    expect(memory.usage.get('ada:team')).toBeUndefined()
    expect(told).toEqual(['change'])
  })

  test('rests on when this process has seen a newer limit than the one that is over', async () => {
    const {directories, memory, store} = await setUp()
    await directories.changeStatus('ada', () => spent)
    await store.list()
    // From here on, it looks when it is asked to.
    store.close()

    await directories.changeStatus('ada', () => ({cooldownUntilMs: null}))
    memory.rests.note('ada:team', {untilMs: untilMs + 5})
    await store.reload('ada:team')

    expect(memory.rests.get('ada:team')).toMatchObject({
      reason: 'usage_limit',
      untilMs: untilMs + 5,
    })
    await eventually(async () =>
      expect(await directories.status('ada')).toMatchObject({cooldownUntilMs: untilMs + 5}),
    )
  })

  test('rests on when the file is damaged', async () => {
    const {base, directories, memory, store} = await setUp()
    await directories.changeStatus('ada', () => spent)
    await store.list()

    writeFileSync(path.join(base, 'account_status.json'), '{"statuses":{')
    await store.reload('ada:team')

    expect(memory.rests.get('ada:team')).toMatchObject(rest)
  })

  test('rests on when there is a worse reason than its quota', async () => {
    const {directories, memory, store} = await setUp()
    memory.rests.note('ada:team', {untilMs: NOW_MS + 5, reason: 'deactivated'})

    await directories.changeStatus('ada', () => spent)
    await store.list()

    expect(memory.rests.get('ada:team')).toMatchObject({reason: 'deactivated', untilMs: NOW_MS + 5})
  })

  test('rests for the other programs as long as it does here', async () => {
    const {directories, memory, store} = await setUp()
    await store.list()

    memory.rests.note('ada:team', {untilMs: untilMs})
    await eventually(async () =>
      expect(await directories.status('ada')).toEqual({...spent, consecutiveFailures: 1}),
    )
    await eventually(async () => expect(await store.list()).toHaveLength(1))
    memory.rests.release('ada:team')

    await eventually(async () =>
      expect(await directories.status('ada')).toEqual({lastQuotaAtMs: NOW_MS}),
    )
    expect(memory.rests.get('ada:team')).toBeUndefined()
  })

  test('does not rest any more when the time has passed', async () => {
    const {directories, memory, store} = await setUp()

    await directories.changeStatus('ada', () => ({...spent, cooldownUntilMs: NOW_MS}))
    await store.list()

    expect(memory.rests.get('ada:team')).toBeUndefined()
  })
})
