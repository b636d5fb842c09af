import {readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {onTestFinished} from 'vitest'
import {toAccount, type AccountStore} from '../../../src/accounts/account.ts'
import {createAccountDirectories} from '../../../src/accounts/directories/account-directories.ts'
import {createDirectoryAccountStore} from '../../../src/accounts/directories/directory-account-store.ts'
import {buildAuthFile, buildLogin} from './build-login.ts'
import {createMemoryLog} from '../memory/memory-log.ts'
import {makeTemporaryFolder} from '../temporary-folder.ts'

export const NOW_MS = 1_800_000_000_000

export const ada = toAccount(buildLogin({user: 'ada'}))
export const bob = toAccount(buildLogin({user: 'bob'}))
export const newTokens = buildLogin({user: 'ada', serial: 2})

/** Opens a store, as one process does. The clock stands still until it is told to go on. */
export function open(base: string, extraHomes: readonly string[] = []) {
  const {log, lines} = createMemoryLog()
  const clock = {nowMs: NOW_MS}
  const now = () => clock.nowMs
  const directories = createAccountDirectories({base, now, log})
  const store = createDirectoryAccountStore({
    directories,
    now,
    log,
    extraHomes: () => extraHomes,
  })
  onTestFinished(() => store.close())
  return {clock, directories, lines, store}
}

export function makeBase(): string {
  return path.join(makeTemporaryFolder(), 'base')
}

/** A CODEX_HOME with the login of a user. */
export function makeHome(user: string): string {
  const home = makeTemporaryFolder()
  writeFileSync(path.join(home, 'auth.json'), buildAuthFile(buildLogin({user})))
  return home
}

/** A base folder with an account called after each user. */
export async function setUp(...users: readonly string[]) {
  const base = makeBase()
  const {directories} = open(base)
  for (const user of users) {
    await directories.addLogin(toAccount(buildLogin({user})))
  }
  return {base, ...open(base)}
}

export async function idsOf(store: AccountStore): Promise<readonly string[]> {
  return (await store.list()).map(({id}) => id)
}

export function readAuthFile(base: string, name: string): Record<string, unknown> {
  const text = readFileSync(path.join(base, name, 'auth.json'), 'utf8')
  return JSON.parse(text) as Record<string, unknown>
}
