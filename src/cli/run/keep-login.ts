/**
 * Seeing to it that the login of a folder outlives the Codex CLI.
 *
 * @module
 */
import {readlink, symlink} from 'node:fs/promises'
import {parseAuthFile} from '../../accounts/directories/codex/auth-file.ts'
import {
  changeHome,
  toAuthFile,
  type ChangeHomeOptions,
} from '../../accounts/directories/codex/codex-home.ts'
import {readText} from '../../files/read-file.ts'

/**
 * Remembers the login of a folder, in memory.
 *
 * The CLI deletes `auth.json` when it finds that its settings forbid this login, whoever wrote them: a setting
 * of the system, of a profile, of a later version. It tells the server nothing then, so the login still works.
 * Whoever logs out on purpose wants it gone; that ends with exit code 0.
 *
 * @returns Puts the login back should it be gone. Says whether it was.
 */
export async function rememberLogin(
  home: string,
  options: ChangeHomeOptions,
): Promise<() => Promise<boolean>> {
  const file = toAuthFile(home)
  const link = await readlink(file).catch(() => undefined)
  const before = await readText(file).catch(() => undefined)
  if (isGone(before)) return async () => false
  return async () => {
    if (!isGone(await readText(file))) return false
    // The CLI deletes the link, and leaves what it points to.
    if (link !== undefined) await symlink(link, file).catch(() => undefined)
    await changeHome(home, (text) => (isGone(text) ? before : undefined), options)
    return true
  }
}

function isGone(text: string | undefined): boolean {
  return parseAuthFile(text).kind === 'missing'
}
