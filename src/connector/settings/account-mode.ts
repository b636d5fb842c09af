/**
 * The feature flag: whether users may connect an account at all.
 *
 * @module
 */
import {readText} from '../../files/read-file.ts'

/** The variable that turns account mode on. */
export const ACCOUNT_MODE_VARIABLE = 'ORCH_CODEX_ACCOUNT_MODE_ENABLED'

const TRUTHY: ReadonlySet<string> = new Set(['1', 'true', 'yes', 'on'])

/** Where the flag is looked for. */
export interface AccountModeOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  /** An `.env` file that has the last word where the environment says nothing. Default: none. */
  readonly envFile?: string | undefined
}

/**
 * Whether account mode is on: the variable is `1`, `true`, `yes` or `on`, in any case and with space around it.
 * It is read each time, so a change of the environment or of the file counts at once.
 *
 * @throws {StorageError} The file is there and cannot be read.
 */
export async function isAccountModeEnabled({env, envFile}: AccountModeOptions): Promise<boolean> {
  const value = env[ACCOUNT_MODE_VARIABLE] ?? (await readVariable(envFile)) ?? ''
  return TRUTHY.has(value.trim().toLowerCase())
}

async function readVariable(envFile: string | undefined): Promise<string | undefined> {
  const text = envFile === undefined ? undefined : await readText(envFile)
  return parseEnvFile(text ?? '').get(ACCOUNT_MODE_VARIABLE)
}

/** The variables of an `.env` file. Quotes, `export` and comments are left out; the last of two counts. */
export function parseEnvFile(text: string): ReadonlyMap<string, string> {
  const lines = text.matchAll(/^[ \t]*(?:export[ \t]+)?([\w.]+)[ \t]*=(.*)$/gm)
  return new Map([...lines].map(([, name = '', value = '']) => [name, unquote(value.trim())]))
}

function unquote(value: string): string {
  const [, quoted] = /^"([^"]*)"|^'([^']*)'/.exec(value)?.filter((part) => part !== undefined) ?? []
  return quoted ?? value.replace(/(?:^|[ \t])#.*$/, '').trim()
}
