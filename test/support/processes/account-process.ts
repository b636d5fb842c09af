/**
 * A program that uses account folders, for tests with several of them. It is told what to do by its
 * arguments, and prints a line for everything that it has done.
 *
 * @module
 */
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import {toAccount} from '../../../src/accounts/account.ts'
import {createAccountDirectories} from '../../../src/accounts/directories/account-directories.ts'
import {toErrorName} from '../../../src/errors.ts'
import {buildLogin} from '../accounts/build-login.ts'
import {createRandom} from '../generated/create-random.ts'
import {createMemoryLog} from '../memory/memory-log.ts'

/** What the program can do. */
export type AccountTask = 'create' | 'fill' | 'login' | 'read' | 'write'

const [task = '', base = '', name = '', seed = '0'] = process.argv.slice(2)
const directories = createAccountDirectories({base, now: Date.now, log: createMemoryLog().log})
const tasks: Readonly<Record<AccountTask, () => Promise<void>>> = {
  create: async () => void (await directories.create(name)),
  login: async () => void (await directories.addLogin(toAccount(buildLogin({user: name})))),
  fill,
  read,
  write,
}

process.stdin.on('end', () => process.exit()).resume()
await tasks[task as AccountTask]().catch((error: unknown) => {
  say(toErrorName(error), error instanceof Error ? error.message : '')
})
process.exit()

/** Writes here and there, until it is killed. Two words: what it has done, and to whom. */
async function write(): Promise<void> {
  const random = createRandom(Number(seed))
  say('begins')
  for (let turn = 1; ; turn += 1) {
    const user = `user${Math.floor(random() * 5)}`
    const kind = random()
    if (kind < 0.1) {
      const created = `${name}-${turn}`
      await directories.create(created)
      say('created', created)
    } else if (kind < 0.5) {
      await directories.changeStatus(user, ({consecutiveFailures = 0}) => ({
        consecutiveFailures: consecutiveFailures + 1,
      }))
      say('counted', user)
    } else {
      await directories.writeLogin(user, buildLogin({user, serial: turn}))
      say('renewed', user)
    }
  }
}

/** Reads everything until its input ends, and prints what was wrong with it. */
async function read(): Promise<void> {
  let most = 0
  let reads = 0
  process.on('exit', () => say('reads', String(reads)))
  for (;;) {
    const {accounts} = parse('registry.json') as {accounts: readonly string[]}
    if (accounts.length < most) say('lost', `${most - accounts.length} accounts`)
    most = Math.max(most, accounts.length)
    parse('account_status.json')
    for (let index = 0; index < 5; index += 1) parse(`user${index}/auth.json`)
    const logins = (await directories.list()).slice(0, 5)
    const damaged = logins.filter(({login}) => login.kind !== 'chatgpt')
    if (damaged.length > 0) say('damaged', damaged.map(({name: folder}) => folder).join())
    reads += 1
    await delay(2)
  }
}

/** Puts logins with ever more in them into one folder, until there is no space. */
async function fill(): Promise<void> {
  for (let length = 1; ; length *= 2) {
    const user = `${name}${'x'.repeat(length)}`
    await directories.writeLogin(name, buildLogin({user}))
    say('wrote', user)
  }
}

function parse(file: string): unknown {
  const text = readFileSync(path.join(base, file), 'utf8')
  try {
    return JSON.parse(text) as unknown
  } catch {
    say('half', `${file}: ${text.length} characters`)
    return {accounts: []}
  }
}

function say(...words: readonly string[]): void {
  process.stdout.write(`${words.join(' ')}\n`)
}
