/**
 * The CODEX_HOME of a chat group: a folder of its own, so that groups do not see each other's conversations.
 *
 * @module
 */
import path from 'node:path'
import {createPrivateFolder} from '../../files/private-folder.ts'
import {parseGroupFolder} from '../protocol/group-folder.ts'

/** Where a host keeps the homes of its groups. */
export interface GroupHomeOptions {
  /** The `data` folder of the host. */
  readonly dataFolder: string
  readonly groupFolder: string
}

/** A folder of the host, and where a container sees it. */
export interface Mount {
  readonly hostPath: string
  readonly containerPath: string
  readonly readonly: boolean
}

/** Where a container has the CODEX_HOME of its group. */
export const CONTAINER_CODEX_HOME = '/home/node/.codex'

/** The folder, which need not be there. */
export function toGroupHome({dataFolder, groupFolder}: GroupHomeOptions): string {
  return path.join(dataFolder, 'codex', parseGroupFolder(groupFolder), '.codex')
}

/**
 * Makes the folder, for this user only.
 *
 * @returns Its mount: always a whole folder, because a single file cannot be replaced through a mount.
 * @throws {AgentError} It cannot be the folder of a group.
 * @throws {StorageError} It cannot be made.
 */
export async function ensureGroupHome(options: GroupHomeOptions): Promise<Mount> {
  const hostPath = toGroupHome(options)
  await createPrivateFolder(hostPath)
  return {hostPath, containerPath: CONTAINER_CODEX_HOME, readonly: false}
}
