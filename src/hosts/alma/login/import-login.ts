/**
 * The command that takes over a login of the official CLI, or of codex-auth.
 *
 * @module
 */
import {homedir} from 'node:os'
import path from 'node:path'
import {toAccountLabel, type Account, type AccountStore} from '../../../accounts/account.ts'
import {toAccountTitle} from '../../../accounts/account-title.ts'
import {
  COPY_WARNING,
  findCodexLogin,
  findSnapshots,
  type FoundLogin,
} from '../../../accounts/directories/import/import-logins.ts'
import type {AccountMemory} from '../../../storage/account-memory.ts'
import type {AlmaUi} from '../alma-api.ts'
import {pick} from '../pick.ts'
import type {SharedAccountStore} from '../../../accounts/shared/shared-account-store.ts'

/** Where logins are found, and where a copy or a link is kept. */
export interface ImportLoginOptions {
  readonly ui: AlmaUi
  /** Where a copy is kept. */
  readonly store: AccountStore
  readonly shared: Pick<SharedAccountStore, 'update'>
  readonly memory: Pick<AccountMemory, 'links' | 'load'>
  /** The folder of the official CLI. */
  readonly codexHome: string
}

/** A login, and a way to take it over. */
interface Offer {
  readonly account: Account
  readonly file: string
  readonly as: 'copy' | 'link'
}

/**
 * Lets the user pick a login. One of the CLI is offered first where it is: then both programs go on with
 * one login, and neither logs the other out.
 */
export async function importLogin(options: ImportLoginOptions): Promise<void> {
  const {ui, codexHome, memory} = options
  await memory.load()
  const offers = toOffers(await findLogins(codexHome))
  if (offers.length === 0) {
    ui.showNotification(
      `No login was found in ${toShortPath(codexHome)}. Log in with the Codex CLI, or press Connect.`,
      {type: 'info'},
    )
    return
  }
  const items = offers.map((offer) => ({
    label: `${offer.as === 'link' ? 'Share' : 'Copy'} ${toAccountTitle(offer.account)}`,
    ...(offer.as === 'link' && {description: 'recommended'}),
    detail: toShortPath(offer.file),
    value: offer,
  }))
  const picked = await pick(ui, items, {
    title: 'Import a ChatGPT login',
    placeholder: 'The Codex CLI and this plugin both use a shared login where it is',
  })
  if (picked?.as === 'link') await link(picked, options)
  else if (picked) await copy(picked, options)
}

async function link(
  {account, file}: Offer,
  {ui, memory, shared}: ImportLoginOptions,
): Promise<void> {
  memory.links.add(path.dirname(file))
  await shared.update()
  ui.showNotification(
    `This plugin now shares the login of ${toAccountLabel(account)} in ${toShortPath(path.dirname(file))}. Either program may refresh it.`,
    {type: 'success'},
  )
}

async function copy({account, file}: Offer, {ui, store}: ImportLoginOptions): Promise<void> {
  const known = await store.get(account.id)
  if (known && !known.loginRequired) {
    // The copy may be an old one, and the login that works another program's as well.
    ui.showNotification(
      `${toAccountLabel(account)} is already logged in. Log out first to use another copy of its login.`,
      {type: 'info'},
    )
    return
  }
  const agreed = await ui.showConfirmDialog?.(COPY_WARNING, {
    title: `Copy the login of ${toAccountLabel(account)}?`,
    confirmLabel: 'Copy',
    type: 'warning',
  })
  if (agreed !== true) return
  await store.add({...account, origin: file})
  ui.showNotification(`Logged in as ${toAccountTitle(account)}.`, {type: 'success'})
}

async function findLogins(codexHome: string): Promise<readonly FoundLogin[]> {
  const snapshots = await findSnapshots(path.join(codexHome, 'accounts'))
  return [await findCodexLogin(codexHome), ...snapshots]
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
