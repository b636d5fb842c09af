/**
 * Taking over a login of the official CLI, or of codex-auth.
 *
 * @module
 */
import {homedir} from 'node:os'
import path from 'node:path'
import {toAccountTitle} from '../../../accounts/account-title.ts'
import {toAccountLabel, type Account} from '../../../accounts/account.ts'
import {
  COPY_WARNING,
  findCodexLogin,
  findSnapshots,
  type FoundLogin,
} from '../../../accounts/directories/import/import-logins.ts'
import {COMMANDS} from '../names.ts'
import type {PanelOptions} from './panel-options.ts'

/** A login, and a way to take it over. */
interface Offer {
  readonly account: Account
  readonly file: string
  readonly as: 'copy' | 'link'
}

/**
 * Lets the user choose a login. One of the CLI is offered first where it is: then both programs go on with one login,
 * and neither logs the other out.
 *
 * @throws {StorageError} The folder of the CLI cannot be read, or a copy cannot be stored.
 */
export async function importLogin(options: PanelOptions): Promise<void> {
  const {api, codexHome, memory} = options
  await memory.load()
  const snapshots = await findSnapshots(path.join(codexHome, 'accounts'))
  const offers = toOffers([await findCodexLogin(codexHome), ...snapshots])
  if (offers.length === 0) {
    const logIn = 'Log In'
    const message = `No login was found in ${toShortPath(codexHome)}.`
    const chosen = await api.window.showInformationMessage(message, logIn)
    if (chosen === logIn) await api.commands.executeCommand(COMMANDS.logIn)
    return
  }
  const items = offers.map((offer) => ({
    label: `${offer.as === 'link' ? 'Share' : 'Copy'} ${toAccountTitle(offer.account)}`,
    ...(offer.as === 'link' && {description: 'recommended'}),
    detail: toShortPath(offer.file),
    offer,
  }))
  const title = 'Import a ChatGPT login: a shared one is used where it is, by the Codex CLI as well'
  const chosen = await api.window.showQuickPick(items, {title})
  if (chosen?.offer.as === 'link') await link(chosen.offer, options)
  else if (chosen) await copy(chosen.offer, options)
}

async function link({account, file}: Offer, {api, memory, shared}: PanelOptions): Promise<void> {
  const folder = path.dirname(file)
  memory.links.add(folder)
  await shared.update()
  void api.window.showInformationMessage(
    `The editor now shares the login of ${toAccountLabel(account)} in ${toShortPath(folder)}. Either program may refresh it.`,
  )
}

async function copy({account, file}: Offer, {api, store}: PanelOptions): Promise<void> {
  const {window} = api
  const known = await store.get(account.id)
  if (known && !known.loginRequired) {
    // The copy may be an old one, and the login that works another program's as well.
    void window.showInformationMessage(
      `${toAccountLabel(account)} is already logged in. Log out first to use another copy of its login.`,
    )
    return
  }
  const agree = 'Copy'
  const agreed = await window.showWarningMessage(COPY_WARNING, agree)
  if (agreed !== agree) return
  await store.add({...account, origin: file})
  void window.showInformationMessage(`Logged in as ${toAccountTitle(account)}.`)
}

/** A file of the CLI can be used where it is; all can be copied. The CLI's own comes up once only. */
function toOffers(found: readonly FoundLogin[]): readonly Offer[] {
  const files = new Map(found.map((one) => [one.file, one]))
  return [...files.values()].flatMap(({file, login}) => {
    if (login.kind !== 'chatgpt') return []
    const {account} = login
    const isHome = path.basename(file) === 'auth.json'
    const ways = isHome ? (['link', 'copy'] as const) : (['copy'] as const)
    return ways.map((as) => ({account, file, as}))
  })
}

function toShortPath(file: string): string {
  const fromHome = path.relative(homedir(), file)
  return fromHome.startsWith('..') || path.isAbsolute(fromHome) ? file : path.join('~', fromHome)
}
