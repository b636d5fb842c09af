import {existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {describe, expect, onTestFinished, test} from 'vitest'
import {toAccount} from '../../../src/accounts/account.ts'
import {createAccountDirectories} from '../../../src/accounts/directories/account-directories.ts'
import {toTokenHash} from '../../../src/accounts/tokens/token-hash.ts'
import {createDirectoryAccountStore} from '../../../src/accounts/directories/directory-account-store.ts'
import {StorageError} from '../../../src/errors.ts'
import {buildLogin} from '../../support/accounts/build-login.ts'
import {createMemoryLog} from '../../support/memory/memory-log.ts'
import {listOpenFiles} from '../../support/processes/open-files.ts'
import {rejectionOf} from '../../support/rejection.ts'
import {makeTemporaryFolder} from '../../support/temporary-folder.ts'

/** A process that ended between the answer to a refresh and its store. */

const NOW_MS = 1_800_000_000_000
const ada = toAccount(buildLogin({user: 'ada'}))
const renewed = buildLogin({user: 'ada', serial: 2})
const ANSWER = JSON.stringify({
  access_token: renewed.accessToken,
  refresh_token: renewed.refreshToken,
  id_token: renewed.idToken,
})

async function setUp() {
  const base = path.join(makeTemporaryFolder(), 'base')
  const directories = createAccountDirectories({
    base,
    now: () => NOW_MS,
    log: createMemoryLog().log,
  })
  await directories.addLogin(ada)
  const home = path.join(base, 'ada')
  return {base, directories, home, journal: path.join(home, 'auth.refresh.journal')}
}

function openStore(
  {directories}: Pick<Awaited<ReturnType<typeof setUp>>, 'directories'>,
  homes: readonly string[] = [],
) {
  const {log} = createMemoryLog()
  const store = createDirectoryAccountStore({
    directories,
    now: () => NOW_MS,
    log,
    extraHomes: () => homes,
  })
  onTestFinished(() => store.close())
  return store
}

function toJournal(refreshToken: string, answer?: string): string {
  const head = {version: 1, refreshTokenHash: toTokenHash(refreshToken), askedAtMs: NOW_MS - 5000}
  const tail = answer === undefined ? '' : JSON.stringify({receivedAtMs: NOW_MS - 4000, answer})
  return `${JSON.stringify(head)}\n${tail}${' '.repeat(1000)}`
}

function readAuth(home: string) {
  return JSON.parse(readFileSync(path.join(home, 'auth.json'), 'utf8')) as {
    tokens: {refresh_token: string}
    last_refresh: string
  }
}

describe('an answer that was written down and not stored', () => {
  test.each([
    [
      'the folders are asked for',
      async (one: Awaited<ReturnType<typeof setUp>>) => one.directories.folders(),
    ],
    [
      'the logins are listed',
      async (one: Awaited<ReturnType<typeof setUp>>) => one.directories.list(),
    ],
    ['a store reads them', async (one: Awaited<ReturnType<typeof setUp>>) => openStore(one).list()],
  ])('is stored when %s', async (_name, read) => {
    const one = await setUp()
    writeFileSync(one.journal, toJournal(ada.tokens.refreshToken, ANSWER))

    await read(one)

    expect(readAuth(one.home)).toMatchObject({
      tokens: {
        access_token: renewed.accessToken,
        refresh_token: 'refresh-ada-2',
        id_token: renewed.idToken,
        account_id: 'team',
      },
      last_refresh: new Date(NOW_MS - 4000).toISOString(),
    })
    expect(existsSync(one.journal)).toBe(false)
  })

  test('is stored in a CODEX_HOME that is used where it is', async () => {
    const one = await setUp()
    const home = path.join(makeTemporaryFolder(), 'codex')
    mkdirSync(home)
    writeFileSync(path.join(home, 'auth.json'), readFileSync(path.join(one.home, 'auth.json')))
    writeFileSync(
      path.join(home, 'auth.refresh.journal'),
      toJournal(ada.tokens.refreshToken, ANSWER),
    )

    await openStore(one, [home]).list()

    expect(readAuth(home).tokens.refresh_token).toBe('refresh-ada-2')
  })

  test('is there before whoever waits for the lock reads the login', async () => {
    const one = await setUp()
    const store = openStore(one)
    await store.list()
    writeFileSync(one.journal, toJournal(ada.tokens.refreshToken, ANSWER))

    const account = await store.lock(ada.id, () => store.reload(ada.id))

    expect(account?.tokens.refreshToken).toBe('refresh-ada-2')
  })

  test.each([
    ['a newer login', toJournal('refresh-ada-0', ANSWER)],
    ['a login of which nobody knows more', toJournal(ada.tokens.refreshToken)],
    ['a login for which nothing was given', toJournal(ada.tokens.refreshToken, '{}')],
    [
      'a login for which half an answer was written',
      toJournal(ada.tokens.refreshToken, ANSWER).slice(0, 200),
    ],
    [
      'the login of another user',
      toJournal(
        ada.tokens.refreshToken,
        JSON.stringify({access_token: buildLogin({user: 'bob'}).accessToken, refresh_token: 'rt'}),
      ),
    ],
    ['what is no journal', 'null\n{"answer":"{}"}'],
  ])('does not take the place of %s', async (_name, text) => {
    const one = await setUp()
    const before = readFileSync(path.join(one.home, 'auth.json'), 'utf8')
    writeFileSync(one.journal, text)

    const store = openStore(one)
    await store.lock(ada.id, async () => {})

    expect(readFileSync(path.join(one.home, 'auth.json'), 'utf8')).toBe(before)
    expect(await store.list()).toMatchObject([{tokens: {refreshToken: 'refresh-ada-1'}}])
  })

  test('is not asked for again as long as it cannot be stored', async () => {
    const one = await setUp()
    writeFileSync(one.journal, toJournal(ada.tokens.refreshToken, ANSWER))
    // Not even root can open a folder as a file.
    rmSync(path.join(one.home, 'auth.json.lock'))
    mkdirSync(path.join(one.home, 'auth.json.lock'))
    const tasks: string[] = []

    const store = openStore(one)
    const locked = store.lock(ada.id, async () => void tasks.push('would ask'))

    expect(await rejectionOf(locked)).toBeInstanceOf(StorageError)
    expect(tasks).toEqual([])
    expect(readFileSync(one.journal, 'utf8')).toContain('refresh-ada-2')
  })
})

describe('the journal of a refresh', () => {
  test('has its room before anybody is asked, for this user only, and is gone afterwards', async () => {
    const one = await setUp()
    const store = openStore(one)
    const seen: unknown[] = []

    await store.lock(ada.id, async (journal) => {
      expect(await journal.lastAsked('refresh-ada-1')).toBeUndefined()
      await journal.begin('refresh-ada-1', NOW_MS)
      const {mode, size} = statSync(one.journal)
      seen.push(mode & 0o777, size > 65_536)
      const kept = journal.keep(ANSWER, NOW_MS)
      // Whoever kills the process now is too late.
      seen.push(readFileSync(one.journal, 'utf8').includes('refresh-ada-2'))
      await kept
      seen.push(statSync(one.journal).size < 10_000)
      await journal.end(true)
    })

    expect(seen).toEqual([0o600, true, true, true])
    expect(existsSync(one.journal)).toBe(false)
  })

  test('remembers a question without an answer, until another login is there', async () => {
    const one = await setUp()
    const store = openStore(one)
    await store.lock(ada.id, async (journal) => {
      await journal.begin('refresh-ada-1', NOW_MS)
      await journal.end(false)
    })

    await openStore(one).lock(ada.id, async (journal) => {
      expect(await journal.lastAsked('refresh-ada-1')).toBe(NOW_MS)
      expect(await journal.lastAsked('refresh-ada-2')).toBeUndefined()
    })
    expect(readFileSync(one.journal, 'utf8')).not.toContain('refresh-ada-1')

    await one.directories.addLogin({...ada, tokens: renewed})
    await openStore(one).lock(ada.id, async () => {})
    expect(existsSync(one.journal)).toBe(false)
  })

  test('leaves no file open that was begun, and not ended, or begun twice', async () => {
    const one = await setUp()
    const store = openStore(one)

    await store.lock(ada.id, async (journal) => {
      await journal.begin('refresh-ada-0', NOW_MS)
      await journal.begin('refresh-ada-1', NOW_MS)
    })

    expect(listOpenFiles(one.home)).toEqual([])
    await store.lock(ada.id, async (journal) => {
      expect(await journal.lastAsked('refresh-ada-1')).toBe(NOW_MS)
    })
  })

  test('loses no earlier question when there is no room for the next one', async () => {
    const one = await setUp()
    writeFileSync(one.journal, toJournal(ada.tokens.refreshToken))
    mkdirSync(`${one.journal}.new`)
    writeFileSync(path.join(`${one.journal}.new`, 'file'), '')

    await openStore(one).lock(ada.id, async (journal) => {
      expect(await rejectionOf(journal.begin('refresh-ada-1', NOW_MS))).toBeInstanceOf(StorageError)
      expect(await journal.lastAsked('refresh-ada-1')).toBe(NOW_MS - 5000)
    })
  })
})
