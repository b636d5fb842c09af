/**
 * `cao gateway keys`
 *
 * @module
 */
import {
  DEFAULT_KEY_SCOPES,
  isKeyName,
  KEY_NAME_RULE,
  KEY_SCOPES,
  type ClientKey,
  type KeyScope,
} from '../../../gateway/keys/client-key.ts'
import type {ClientClass} from '../../../gateway/exchange/exchange.ts'
import {toRelative} from '../../accounts/duration.ts'
import type {Cli} from '../../cli.ts'
import {CommandError} from '../../report-error.ts'
import {toJsonText} from '../../to-json-text.ts'
import {openKeyFile} from './open-key-file.ts'

/** Options of `cao gateway keys add`. */
export interface AddKeyOptions {
  readonly class: ClientClass
  readonly models?: string
  readonly scopes?: string
  readonly expiresInDays?: number
}

const DAY_MS = 86_400_000

/** Makes a key and shows it: the key alone on standard output, so that a script can take it. */
export async function addKey(cli: Cli, name: string, options: AddKeyOptions): Promise<void> {
  const {io, now} = cli
  const {expiresInDays, models, scopes} = options
  if (!isKeyName(name)) throw new CommandError(KEY_NAME_RULE)
  const file = openKeyFile(cli)
  if ((await file.list()).some((key) => key.name === name)) {
    throw new CommandError(`There is already a client key called ${name}.`, {
      hint: `End it with \`cao gateway keys revoke ${name}\`, or choose another name.`,
    })
  }
  const {key} = await file.add({
    name,
    class: options.class,
    scopes: scopes === undefined ? DEFAULT_KEY_SCOPES : parseScopes(scopes),
    ...(models !== undefined && {models: toWords(models)}),
    ...(expiresInDays !== undefined && {expiresAtMs: now() + expiresInDays * DAY_MS}),
  })
  io.out(key)
  io.err('This is the only time that the key is shown. Clients send it as their API key.')
}

/** Lists the keys. */
export async function listKeys(cli: Cli, {json = false}: {readonly json?: boolean}): Promise<void> {
  const {io, now} = cli
  const keys = await openKeyFile(cli).list()
  if (json) {
    io.out(toJsonText(keys.map((key) => ({...key, hash: undefined}))))
    return
  }
  if (keys.length === 0) io.out('No client keys yet. Make one with `cao gateway keys add <name>`.')
  for (const key of keys) io.out(describeKey(key, now()))
}

/** Ends a key. */
export async function revokeKey(cli: Cli, named: string): Promise<void> {
  const file = openKeyFile(cli)
  const found = (await file.list()).filter(({id, name}) => id === named || name === named)
  const [removed] = await file.remove(found.map(({id}) => id))
  if (!removed) {
    throw new CommandError(`There is no client key ${named}.`, {
      hint: 'Run `cao gateway keys list` to see them.',
    })
  }
  cli.io.out(`Client key revoked: ${removed.name} (${removed.id})`)
}

function describeKey(key: ClientKey, nowMs: number): string {
  const {expiresAtMs, id, lastUsedAtMs, models, name, scopes} = key
  const used = lastUsedAtMs === undefined ? 'never' : toRelative(lastUsedAtMs, nowMs)
  const isOver = expiresAtMs !== undefined && expiresAtMs <= nowMs
  const expiry = expiresAtMs === undefined ? 'never' : toRelative(expiresAtMs, nowMs)
  return [
    `${id} ${name}`,
    key.class,
    `for: ${scopes.join(', ')}`,
    `models: ${models?.join(', ') ?? 'all'}`,
    isOver ? 'expired' : `expires: ${expiry}`,
    `last used: ${used}`,
  ].join(' | ')
}

function parseScopes(text: string): readonly KeyScope[] {
  const words = toWords(text)
  const unknown = words.find((word) => !KEY_SCOPES.some((scope) => scope === word))
  if (unknown !== undefined || words.length === 0) {
    throw new CommandError(`--scopes takes ${KEY_SCOPES.join(', ')}, with commas in between.`)
  }
  return KEY_SCOPES.filter((scope) => words.includes(scope))
}

function toWords(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
}
