/**
 * Where a host keeps what belongs to a group, and what of it the agent sees.
 *
 * @module
 */
import path from 'node:path'
import {createPrivateFolder} from '../../files/private-folder.ts'
import {CONTAINER_CODEX_HOME, toGroupHome, type Mount} from '../home/group-home.ts'
import {MAIN_FOLDER, parseGroupFolder} from '../protocol/group-folder.ts'
import {makeFolder} from '../../files/make-folder.ts'

/** Folders of a host. */
export interface HostFolders {
  /** For example `data`: homes, files for and from the agents. */
  readonly data: string
  /** For example `groups`: what the groups keep, and `global` for all of them. */
  readonly groups: string
  /** All of the host, which the main group sees. Default: it does not. */
  readonly project?: string
  /** A login that the groups share: the folder of an `auth.json`. Default: that of the main group. */
  readonly login?: string
  /** The accounts of `cao`. Default: none. */
  readonly accounts?: string
}

/** The folders of one group on the host. */
export interface GroupPlaces {
  readonly group: string
  readonly ipc: string
  readonly global: string
  readonly codexHome: string
  readonly login: string
  readonly accounts: string | undefined
}

/** Where a container has the shared login and the accounts. */
const CONTAINER_LOGIN = '/home/node/.codex-login'
const CONTAINER_ACCOUNTS = '/home/node/.codex-accounts'

/**
 * The folders of a group.
 *
 * @throws {AgentError} It cannot be the folder of a group.
 */
export function toGroupPlaces(folders: HostFolders, folder: string): GroupPlaces {
  const name = parseGroupFolder(folder)
  const toHome = (groupFolder: string) => toGroupHome({dataFolder: folders.data, groupFolder})
  return {
    group: path.join(folders.groups, name),
    ipc: path.join(folders.data, 'ipc', name),
    global: path.join(folders.groups, 'global'),
    codexHome: toHome(name),
    login: folders.login ?? toHome(MAIN_FOLDER),
    accounts: folders.accounts,
  }
}

/** Makes the folders that are missing. */
export async function makeGroupPlaces(places: GroupPlaces): Promise<void> {
  await createPrivateFolder(places.codexHome)
  await createPrivateFolder(places.login)
  for (const folder of ['messages', 'tasks', 'replies']) {
    await makeFolder(path.join(places.ipc, folder))
  }
  await makeFolder(places.group)
  await makeFolder(places.global)
}

/**
 * What a container of the group sees: whole folders only, because a file that is replaced cannot be mounted by itself.
 * No two of them have the same place.
 */
export function toGroupMounts(folders: HostFolders, folder: string): readonly Mount[] {
  const places = toGroupPlaces(folders, folder)
  const isMain = folder === MAIN_FOLDER
  const {accounts, codexHome, global, group, ipc, login} = places
  return [
    ...(isMain && folders.project !== undefined
      ? [toMount(folders.project, '/workspace/project')]
      : []),
    toMount(group, '/workspace/group'),
    toMount(global, '/workspace/global', !isMain),
    toMount(ipc, '/workspace/ipc'),
    toMount(codexHome, CONTAINER_CODEX_HOME),
    ...(login === codexHome ? [] : [toMount(login, CONTAINER_LOGIN)]),
    ...(accounts === undefined ? [] : [toMount(accounts, CONTAINER_ACCOUNTS)]),
  ]
}

function toMount(hostPath: string, containerPath: string, readonly = false): Mount {
  return {hostPath, containerPath, readonly}
}

/** The variables that tell the agent in a container where things are. */
export function toContainerVariables(
  folders: HostFolders,
  folder: string,
): Readonly<Record<string, string>> {
  const {codexHome, login} = toGroupPlaces(folders, folder)
  return {
    CODEX_HOME: CONTAINER_CODEX_HOME,
    CAO_AGENT_CONTAINED: 'yes',
    ...(login !== codexHome && {CAO_AGENT_LOGIN_DIR: CONTAINER_LOGIN}),
    ...(folders.accounts !== undefined && {CAO_AGENT_ACCOUNTS_DIR: CONTAINER_ACCOUNTS}),
  }
}
