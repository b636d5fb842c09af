/**
 * Who used up a refresh token that another program has as well.
 *
 * @module
 */
import {readFile} from 'node:fs/promises'
import path from 'node:path'
import {CodexError} from '../errors.ts'
import {parseJson, toJsonObject, toText} from '../http/json-object.ts'
import {toAccount, type Account} from './account.ts'
import type {Rotation} from './refresh-account.ts'

/**
 * Looks into the official CLI's `auth.json` that the account was copied from, or lives in: newer tokens
 * of the same login there mean that the CLI was faster.
 *
 * @param options.userHome The person's home directory, which is shown as `~`.
 * @returns `undefined` when the files do not tell.
 */
export async function findRotation(
  account: Pick<Account, 'home' | 'id' | 'origin' | 'tokens'>,
  {userHome}: {readonly userHome: string},
): Promise<Rotation | undefined> {
  const {home, id, origin, tokens} = account
  const files = [origin, home && path.join(home, 'auth.json')].filter((file) => file !== undefined)
  for (const file of files) {
    // oxlint-disable-next-line no-await-in-loop -- there are two at most, and the first one mostly tells
    const login = await readLogin(file)
    if (login?.id !== id || login.refreshToken === tokens.refreshToken) continue
    const {rotatedAtMs} = login
    const rotatedBy = `the Codex CLI in ${toShortPath(path.dirname(file), userHome)}`
    return {rotatedBy, ...(rotatedAtMs !== undefined && {rotatedAtMs})}
  }
  return undefined
}

/** The login in an `auth.json`; `undefined` when there is none. */
async function readLogin(file: string) {
  const text = await readFile(file, 'utf8').catch(() => '')
  const auth = toJsonObject(parseJson(text))
  const tokens = toJsonObject(auth['tokens'])
  const accessToken = toText(tokens['access_token'])
  const refreshToken = toText(tokens['refresh_token'])
  if (accessToken === undefined || refreshToken === undefined) return undefined
  const idToken = toText(tokens['id_token'])
  const id = toId({accessToken, refreshToken, expiresAtMs: 0, ...(idToken && {idToken})})
  const rotatedAtMs = Date.parse(toText(auth['last_refresh']) ?? '')
  return {id, refreshToken, ...(Number.isFinite(rotatedAtMs) && {rotatedAtMs})}
}

function toId(tokens: Account['tokens']): string | undefined {
  try {
    return toAccount(tokens).id
  } catch (error) {
    if (error instanceof CodexError) return undefined
    throw error
  }
}

function toShortPath(folder: string, userHome: string): string {
  const fromHome = path.relative(userHome, folder)
  const isInside = fromHome !== '' && !fromHome.startsWith('..') && !path.isAbsolute(fromHome)
  return isInside ? path.join('~', fromHome) : folder
}
