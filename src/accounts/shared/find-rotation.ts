/**
 * Who used up a refresh token that another program has as well.
 *
 * @module
 */
import path from 'node:path'
import {readText} from '../../files/read-file.ts'
import {withoutUndefined} from '../../base/without-undefined.ts'
import type {Account} from '../account.ts'
import {parseAuthFile} from '../directories/codex/auth-file.ts'
import type {Rotation} from '../tokens/refresh-account.ts'

/**
 * Looks into the official CLI's `auth.json` that the account was copied from, or lives in: newer tokens
 * of the same login there mean that the CLI was faster.
 *
 * @param options.userHome The user's home directory, which is shown as `~`.
 * @returns `undefined` when the files do not tell.
 */
export async function findRotation(
  account: Pick<Account, 'home' | 'id' | 'origin' | 'tokens'>,
  {userHome}: {readonly userHome: string},
): Promise<Rotation | undefined> {
  const {home, id, origin, tokens} = account
  const files = [origin, home && path.join(home, 'auth.json')].filter((file) => file !== undefined)
  for (const file of files) {
    const login = parseAuthFile(await readText(file).catch(() => undefined))
    if (login.kind !== 'chatgpt' || login.account.id !== id) continue
    if (login.account.tokens.refreshToken === tokens.refreshToken) continue
    const rotatedBy = `the Codex CLI in ${toShortPath(path.dirname(file), userHome)}`
    return withoutUndefined({rotatedBy, rotatedAtMs: login.lastRefreshMs})
  }
  return undefined
}

function toShortPath(folder: string, userHome: string): string {
  const fromHome = path.relative(userHome, folder)
  const isInside = fromHome !== '' && !fromHome.startsWith('..') && !path.isAbsolute(fromHome)
  return isInside ? path.join('~', fromHome) : folder
}
