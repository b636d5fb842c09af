/**
 * The `config.toml` of a group's CODEX_HOME.
 *
 * @module
 */
import {createHash} from 'node:crypto'
import path from 'node:path'
import {changeToml, findSetting, parseToml, type TomlChanges} from '../../codex/change-toml.ts'
import {ConfigurationError} from '../../errors.ts'
import {readText} from '../../files/read-file.ts'
import {writeFile} from '../../files/write-file.ts'
import {AgentError} from '../agent-error.ts'
import type {SandboxSettings} from '../protocol/policy.ts'

/** Says that the settings are those that are wanted, so that nobody has to read all of the file. */
const MARK = '# Settings of cao agent: '

/** Settings that older instructions tell people to write, and that the CLI does not take or ignores. */
const OUTDATED = /^[ \t]*(?:preferred_auth_method|approval_policy[ \t]*=[ \t]*["'](?!never["']))/m

/** How the CLI names the login that it is to keep to. */
const FORCED = 'forced_login_method'

/** What a group's `config.toml` says. */
export interface CodexConfigOptions {
  readonly sandbox: SandboxSettings
  /** Who pays. The CLI deletes a login that `forced_login_method` does not allow, so that has to fit. */
  readonly auth: 'api' | 'chatgpt'
}

/**
 * Makes sure that the file says what the group's settings want. Whatever else is in it stays, comments too.
 *
 * @throws {AgentError} `config_invalid`: it cannot be read as TOML, or would make the CLI delete the login.
 * @throws {StorageError} It could not be written.
 */
export async function ensureCodexConfig(
  codexHome: string,
  {auth, sandbox}: CodexConfigOptions,
): Promise<void> {
  const file = path.join(codexHome, 'config.toml')
  const text = (await readText(file)) ?? ''
  const changes = toChanges(sandbox)
  const mark =
    MARK + createHash('sha256').update(JSON.stringify(changes)).digest('hex').slice(0, 16)
  if (text.includes(mark) && !OUTDATED.test(text) && !text.includes(FORCED)) return
  let changed: string
  try {
    assertForcedLogin(findSetting(parseToml(text), FORCED), auth, file)
    const body = changeToml(withoutMark(text), {...changes, preferred_auth_method: undefined})
    changed = `${mark}\n${body}`
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    throw new AgentError(
      'config_invalid',
      `Codex cannot read ${file}. ${error.message}. Correct that line, or delete the file: it is made again.`,
      {cause: error},
    )
  }
  if (changed !== text) await writeFile(file, changed)
}

function toChanges(sandbox: SandboxSettings): TomlChanges {
  const isLimited = sandbox.sandboxMode === 'workspace-write'
  return {
    approval_policy: sandbox.approvalPolicy,
    sandbox_mode: sandbox.sandboxMode,
    cli_auth_credentials_store: 'file',
    check_for_update_on_startup: false,
    'shell_environment_policy.ignore_default_excludes': false,
    ...(isLimited && {
      'sandbox_workspace_write.writable_roots': sandbox.writableRoots,
      'sandbox_workspace_write.network_access': sandbox.networkAccess,
    }),
  }
}

function withoutMark(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.startsWith(MARK))
    .join('\n')
}

function assertForcedLogin(forced: unknown, auth: 'api' | 'chatgpt', file: string): void {
  if (forced === undefined || forced === auth) return
  throw new AgentError(
    'config_invalid',
    `${file} has ${FORCED} = ${JSON.stringify(forced)}, and Codex would delete the login of this group for it. Remove that line.`,
  )
}
