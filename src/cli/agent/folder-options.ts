/**
 * Where the folders of a group are: options first, then variables, then the places of a container.
 *
 * @module
 */
import {existsSync} from 'node:fs'
import path from 'node:path'
import type {AgentFolders} from '../../agent/agent-options.ts'

/** Options that name folders. */
export interface FolderOptions {
  readonly groupDir?: string
  readonly ipcDir?: string
  readonly globalDir?: string
  readonly codexHome?: string
  readonly loginDir?: string
  readonly accounts?: string
}

/** Files that container engines put there. */
const CONTAINER_FILES = ['/.dockerenv', '/run/.containerenv']

/** The folders. */
export function toFolders(env: NodeJS.ProcessEnv, options: FolderOptions): AgentFolders {
  return {
    group: toPath(options.groupDir, env['CAO_AGENT_GROUP_DIR']) ?? '/workspace/group',
    ipc: toPath(options.ipcDir, env['CAO_AGENT_IPC_DIR']) ?? '/workspace/ipc',
    global: toPath(options.globalDir, env['CAO_AGENT_GLOBAL_DIR']) ?? '/workspace/global',
    codexHome: toPath(options.codexHome, env['CODEX_HOME']) ?? '/home/node/.codex',
    login: toPath(options.loginDir, env['CAO_AGENT_LOGIN_DIR']),
    accounts: toPath(options.accounts, env['CAO_AGENT_ACCOUNTS_DIR']),
  }
}

/** Whether a container is around this: what was said, else whether a container engine has started it. */
export function isContained(said: string | undefined): boolean {
  if (said === 'yes' || said === '1') return true
  if (said === 'no' || said === '0') return false
  return CONTAINER_FILES.some((file) => existsSync(file))
}

function toPath(...places: readonly (string | undefined)[]): string | undefined {
  const place = places.find((one) => one !== undefined && one !== '')
  return place === undefined ? undefined : path.resolve(place)
}
