/**
 * Telling the user of a login that has ended, in one of the windows, with a button that helps.
 *
 * @module
 */
import path from 'node:path'
import {toAccountLabel, type AccountStore} from '../../../accounts/account.ts'
import {toLoginError} from '../../../accounts/login-error.ts'
import type {Clock} from '../../../base/clock.ts'
import type {Log} from '../../../base/log.ts'
import {createEndedLogins} from '../../../engine/ended-logins.ts'
import {withFileLock} from '../../../files/file-lock.ts'
import {createPrivateFolder} from '../../../files/private-folder.ts'
import {readText} from '../../../files/read-file.ts'
import {writeFile} from '../../../files/write-file.ts'
import {toErrorName} from '../../../errors.ts'
import {explainError} from '../explain-error.ts'
import {COMMANDS} from '../names.ts'
import type {VscodeApi} from '../vscode-api.ts'

/** How many are remembered. */
const REMEMBERED = 50

/** The accounts to watch, and where to tell. */
export interface LoginNewsOptions {
  readonly api: Pick<VscodeApi, 'commands' | 'window'>
  readonly store: Pick<AccountStore, 'list'>
  readonly log: Log
  readonly now: Clock
  /** Folder that all windows share. */
  readonly folder: string
}

/**
 * Creates what tells of each login once, however many windows are open and requests are made.
 *
 * @returns Looks for logins that ended since the creation. Call it after each change of the accounts.
 */
export function createLoginNews({
  api,
  store,
  log,
  now,
  folder,
}: LoginNewsOptions): () => Promise<void> {
  const look = createEndedLogins({store, now})
  return async () => {
    const {ended} = await look()
    for (const {account, key} of ended) {
      const isFirst = await claim(folder, key).catch((error: unknown) => {
        log.warn('It is not known what other windows have told', {name: toErrorName(error)})
        return true
      })
      if (isFirst) void tell(`${toAccountLabel(account)}: ${explainError(toLoginError(account))}`)
    }
  }

  async function tell(sentence: string): Promise<void> {
    const logIn = 'Log In'
    const chosen = await api.window.showWarningMessage(sentence, logIn)
    if (chosen === logIn) await api.commands.executeCommand(COMMANDS.logIn)
  }
}

/** @returns Whether no window has told of it. */
async function claim(folder: string, key: string): Promise<boolean> {
  const file = path.join(folder, 'ended-logins.txt')
  await createPrivateFolder(folder)
  const note = async () => {
    const told = ((await readText(file, {isOurs: true})) ?? '').split('\n').filter(Boolean)
    if (told.includes(key)) return false
    await writeFile(file, [...told, key].slice(-REMEMBERED).join('\n'))
    return true
  }
  return withFileLock(path.join(folder, 'ended-logins.lock'), note, {isOurs: true})
}
