import {readFileSync} from 'node:fs'
import {availableParallelism, loadavg} from 'node:os'
import path from 'node:path'
import process from 'node:process'
import {expect, test} from 'vitest'
import {createAccountDirectories} from '../../src/accounts/directories/account-directories.ts'
import {createRandom} from '../support/generated/create-random.ts'
import {createMemoryLog} from '../support/memory/memory-log.ts'
import {makeCaoHome} from '../support/cao/run-cao.ts'
import {scaleRuns} from '../support/thoroughness.ts'
import {answerAfter, startTokenServer} from '../support/servers/token-server.ts'

/**
 * Programs that are killed around the answer to a refresh lose no login whose answer had reached them. They are 500 with
 * `GENERATED_RUNS=20`.
 */

const SEED = 20_261_130
const KILLS = scaleRuns(25, 12)
/** Side by side, they take the processor from each other: the window is that of one alone. */
const AT_ONCE = KILLS >= 500 ? 1 : 4

/** When the server answers, after the question, in milliseconds. */
const ANSWER_MS = 20

/** From when to when a program is killed, in milliseconds around the arrival of the answer. */
const FIRST_MS = -15
const LAST_MS = 80

const KILLER = new URL('../support/processes/kill-at-answer.mjs', import.meta.url)
const EXPIRED = {user: 'ada', exp: 1_700_000_000}

interface Kill {
  /** Whether the answer had begun to arrive. */
  readonly hasArrived: boolean
  readonly isLost: boolean
  readonly hasJournal: boolean
}

/** Kills `cao status` at some moment of its refresh, and looks at what the next program finds. */
async function killOne(random: () => number): Promise<Kill> {
  const server = await startTokenServer(EXPIRED)
  server.next(answerAfter(ANSWER_MS))
  const cao = makeCaoHome()
  cao.writeLogin('work', EXPIRED)
  cao.addAccounts('work')
  const afterMs = FIRST_MS + random() * (LAST_MS - FIRST_MS)
  const {code, signal, stderr} = await cao.run(['status'], {
    env: {
      CODEX_AUTH_ISSUER_URL: server.url,
      KILL_AFTER_MS: String(afterMs),
      NODE_OPTIONS: `--import=${KILLER.href}`,
    },
  })
  // Alone on a quiet machine, it may have done everything before.
  expect(signal ?? code).toBe(signal ? 'SIGKILL' : 0)

  const {base} = cao
  const journal = path.join(base, 'work/auth.refresh.journal')
  const hasJournal = read(journal).includes('refresh-ada-2')
  const directories = createAccountDirectories({base, now: Date.now, log: createMemoryLog().log})
  const [found] = await directories.list()
  const {login} = found!
  if (login.kind !== 'chatgpt') throw new Error(`The login is ${login.kind}`)
  return {
    hasArrived: stderr.includes('<arrived>'),
    isLost: login.account.tokens.refreshToken !== server.current(),
    hasJournal,
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

test(
  `${KILLS} programs that are killed around the answer to a refresh`,
  {timeout: 60_000 + KILLS * 4000},
  async () => {
    const random = createRandom(SEED)
    const kills: Kill[] = []
    const killOneAfterTheOther = async (first: number) => {
      for (let index = first; index < KILLS; index += AT_ONCE) {
        kills.push(await killOne(random))
      }
    }
    await Promise.all(Array.from({length: AT_ONCE}, (_, index) => killOneAfterTheOther(index)))

    const arrived = kills.filter(({hasArrived}) => hasArrived)
    const lost = arrived.filter(({isLost}) => isLost)
    const journals = kills.filter(({hasJournal}) => hasJournal)
    const windowMs = (lost.length / arrived.length) * LAST_MS
    process.stdout.write(
      `${KILLS} kills: ${arrived.length} after the answer had come, ${journals.length} left it in the journal, ${lost.length} lost it: a window of ${windowMs.toFixed(2)} ms, seed ${SEED}\n`,
    )
    expect(kills.filter(({hasJournal, isLost}) => hasJournal && isLost)).toEqual([])
    expect(arrived.length).toBeGreaterThan(KILLS / 4)
    expect(lost.length).toBeLessThan(arrived.length)
    // On a processor that is shared with many others, time says nothing.
    const isQuiet = loadavg()[0]! < availableParallelism()
    expect(KILLS >= 500 && isQuiet ? windowMs : 0).toBeLessThanOrEqual(2)
  },
)
