import {chmodSync, readdirSync, readFileSync, rmSync} from 'node:fs'
import path from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {toAccount} from '../../src/accounts/account.ts'
import {
  createAccountDirectories,
  type AccountDirectories,
} from '../../src/accounts/directories/account-directories.ts'
import {buildLogin} from '../support/accounts/build-login.ts'
import {createRandom} from '../support/generated/create-random.ts'
import {createMemoryLog} from '../support/memory/memory-log.ts'
import {
  buildAccountProgram,
  canRun,
  type AccountArguments,
  type AccountProcess,
  type AccountProgram,
} from '../support/processes/start-account-process.ts'
import {makeTemporaryFolder} from '../support/temporary-folder.ts'
import {scaleRuns} from '../support/thoroughness.ts'

/** Several programs on the same account folders: nothing is lost, and nobody waits for the dead. */

const SEED = 20_261_121

/** How many writers are killed (600 with `GENERATED_RUNS=10`), and how many of them there are at a time. */
const KILLS = scaleRuns(60, 10)
const WRITERS = 4

const USERS = ['user0', 'user1', 'user2', 'user3', 'user4']

const built: {program?: AccountProgram} = {}

beforeAll(async () => {
  built.program = await buildAccountProgram()
})

afterAll(() => built.program?.remove())

function start(args: AccountArguments, under?: readonly string[]): AccountProcess {
  return built.program!.start(args, under)
}

function open(base: string): AccountDirectories {
  return createAccountDirectories({base, now: Date.now, log: createMemoryLog().log})
}

async function addUsers(directories: AccountDirectories, users: readonly string[]): Promise<void> {
  for (const user of users) {
    await directories.addLogin(toAccount(buildLogin({user})))
  }
}

function report(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** The files in a folder that only exist while somebody writes. */
function findLeftovers(base: string): readonly string[] {
  const files = readdirSync(base, {recursive: true, encoding: 'utf8'})
  return files.filter((file) => path.basename(file).startsWith('.') || file.includes('corrupt'))
}

describe('writers that are killed', () => {
  test(
    `${KILLS} of them lose no account, show nobody half a file, and hold no lock`,
    {timeout: 240_000},
    async () => {
      const startMs = performance.now()
      const base = path.join(makeTemporaryFolder(), 'base')
      const directories = open(base)
      await addUsers(directories, USERS)
      await directories.changeStatus('user0', () => ({consecutiveFailures: 0}))
      const reader = start(['read', base])
      const steady = start(['write', base, 'steady', String(SEED)])
      const random = createRandom(SEED)
      const killed: AccountProcess[] = []

      const killOneAfterTheOther = async (writer: number) => {
        for (let kill = writer; kill < KILLS; kill += WRITERS) {
          const victim = start(['write', base, `victim${kill}`, String(SEED + kill)])
          await victim.begun
          await delay(random() * 60)
          await victim.kill()
          killed.push(victim)
        }
      }
      await Promise.all(Array.from({length: WRITERS}, (_, writer) => killOneAfterTheOther(writer)))
      const leftBehind = findLeftovers(base)
      await steady.end()
      await reader.end()

      // Every lock is free, and the next writer clears up.
      await directories.create('last')
      await directories.changeStatus('user0', () => ({lastError: 'x'}))
      await Promise.all(
        USERS.map((user) => directories.writeLogin(user, buildLogin({user, serial: 0}))),
      )
      const lines = [...killed, steady].flatMap((writer) => writer.lines)
      const created = lines
        .filter((line) => line.startsWith('created '))
        .map((line) => line.slice(8))
      const found = await directories.list()
      const names = found.map(({name}) => name)
      report(
        `${killed.length} writers killed, ${lines.length} writes, ${created.length} accounts made, ${leftBehind.length} files left behind, ${reader.lines.at(-1)}, seed ${SEED}, ${((performance.now() - startMs) / 1000).toFixed(1)} s`,
      )
      expect(killed).toHaveLength(KILLS)
      expect(reader.lines).toEqual([expect.stringMatching(/^reads \d+$/)])
      expect(names).toEqual(expect.arrayContaining([...USERS, ...created, 'last']))
      expect(
        found
          .slice(0, 5)
          .map(({name, login}) => [name, login.kind === 'chatgpt' && login.account.id]),
      ).toEqual(USERS.map((user) => [user, `${user}:team`]))
      expect(findLeftovers(base)).toEqual([])
    },
  )

  test(
    'one that waits for a lock, or holds it, frees it when it is killed',
    {timeout: 60_000},
    async () => {
      const base = path.join(makeTemporaryFolder(), 'base')
      const directories = open(base)
      await addUsers(directories, USERS)
      const writers = Array.from({length: 6}, (_, index) =>
        start(['write', base, `writer${index}`, String(SEED + index)]),
      )
      await Promise.all(writers.map((writer) => writer.begun))
      await Promise.all(writers.map((writer) => writer.kill()))
      await directories.create('next')
      expect((await directories.folders()).map(({name}) => name)).toContain('next')
    },
  )
})

describe('many processes at once', {timeout: 60_000}, () => {
  test('12 parallel logins of four users make four folders', async () => {
    const base = path.join(makeTemporaryFolder(), 'base')
    const users = Array.from({length: 12}, (_, index) => `user${index % 4}`)
    await Promise.all(users.map((user) => start(['login', base, user]).ended))
    const found = await open(base).list()
    expect(found.map(({name}) => name).toSorted()).toEqual(['user0', 'user1', 'user2', 'user3'])
    expect(found.map(({login}) => login.kind)).toEqual(found.map(() => 'chatgpt'))
  })
})

async function addAda() {
  const base = path.join(makeTemporaryFolder(), 'base')
  const directories = open(base)
  await addUsers(directories, ['ada'])
  return {base, directories, file: path.join(base, 'ada', 'auth.json')}
}

/** What the process wrote last before it failed, and how it failed. */
function outcomeOf({lines}: AccountProcess) {
  const user = lines.at(-2)?.replace('wrote ', '')
  return {user, failure: lines.at(-1)}
}

/** Lets a command run with mounts of its own, as root or in a namespace in which it is root. */
const NAMESPACES = [
  ['unshare', '-m'],
  ['unshare', '-rm'],
]
const MOUNT = NAMESPACES.find((command) =>
  canRun([...command, 'sh', '-c', 'mount -t tmpfs none /tmp']),
)

describe.skipIf(process.platform === 'win32')(
  'where nothing can be written',
  {timeout: 60_000},
  () => {
    test('a limit of the file size is a clear error, and the login before is still there', async () => {
      const {base, directories, file} = await addAda()
      const writer = start(['fill', base, 'ada'], ['sh', '-c', 'ulimit -f 16; exec "$@"', 'sh'])
      await writer.ended
      const {user, failure} = outcomeOf(writer)
      report(`file size limit: ${failure?.replace(base, '…')}`)
      expect(failure).toBe(
        `ERR_STORAGE There is no space left for ${file}. Nothing was changed. Free some space, then try again.`,
      )
      expect((await directories.list())[0]!.login).toMatchObject({account: {id: `${user}:team`}})
      expect(findLeftovers(base)).toEqual([])
    })

    test('a full disk as well', async (context) => {
      context.skip(!MOUNT, 'mounting is not allowed here')
      const {base} = await addAda()
      // What is in the mount goes with it, so the process looks itself.
      const script = `
      cp -a "$1" "$1.copy" && mount -t tmpfs -o size=64k none "$1" && cp -a "$1.copy/." "$1"
      shift; "$@"
      find "$BASE" -name '.*' -type f; tail -c 60 "$BASE/ada/auth.json" | tr '\\n' ' '; echo
      grep -o '"id_token": "[^"]*"' "$BASE/ada/auth.json" | head -c 12; echo
    `
      const env = ['env', `BASE=${base}`]
      const writer = start(
        ['fill', base, 'ada'],
        [...MOUNT!, ...env, 'sh', '-c', script, 'sh', base],
      )
      await writer.ended
      rmSync(`${base}.copy`, {recursive: true})
      const failure = writer.lines.find((line) => line.startsWith('ERR_'))
      report(`full disk: ${failure?.replace(base, '…')}`)
      expect(failure).toBe(
        `ERR_STORAGE There is no space left for ${path.join(base, 'ada', 'auth.json')}. Nothing was changed. Free some space, then try again.`,
      )
      expect(writer.lines.slice(writer.lines.indexOf(failure!) + 1)).toEqual([
        expect.stringMatching(/"last_refresh": "[^"]+" \} $/),
        '"id_token": ',
      ])
    })

    test('a folder that is read-only as well', async (context) => {
      context.skip(!MOUNT, 'mounting is not allowed here')
      const {base, file} = await addAda()
      const before = readFileSync(file, 'utf8')
      const script = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && shift && "$@"'
      const writer = start(['fill', base, 'ada'], [...MOUNT!, 'sh', '-c', script, 'sh', base])
      await writer.ended
      report(`read-only: ${writer.lines.at(-1)?.replace(base, '…')}`)
      expect(writer.lines).toEqual([
        expect.stringMatching(
          /^ERR_STORAGE .* cannot be used: this user may not read or write there\. Nothing was changed\. Check the permissions of the folder, then try again\.$/,
        ),
      ])
      expect(readFileSync(file, 'utf8')).toBe(before)
      expect(findLeftovers(base)).toEqual([])
    })

    test('a folder without rights as well', async (context) => {
      context.skip(process.getuid?.() === 0, 'root may write everywhere')
      const {base, file} = await addAda()
      const before = readFileSync(file, 'utf8')
      chmodSync(base, 0o500)
      const writer = start(['create', base, 'bob'])
      await writer.ended
      chmodSync(base, 0o700)
      expect(writer.lines).toEqual([
        expect.stringMatching(
          /^ERR_STORAGE .* cannot be used: this user may not read or write there\./,
        ),
      ])
      expect(readFileSync(file, 'utf8')).toBe(before)
      expect(readdirSync(base)).not.toContain('bob')
    })
  },
)
