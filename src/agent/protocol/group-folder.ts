/**
 * The folder of a chat group, which is also its identity.
 *
 * @module
 */
import {AgentError} from '../agent-error.ts'

/** What every file system takes, and nothing that leads elsewhere. */
const FOLDER = /^(?!\.)[\w.-]{1,100}$/

/** What lies beside the folders of the groups: the memory of all of them, and the files that were set aside. */
const TAKEN = /^(?:errors|global)$/i

/** The group that may do things for others. */
export const MAIN_FOLDER = 'main'

/**
 * Reads the name of a folder.
 *
 * @throws {AgentError} `input_invalid`: it could lead out of the folder of the groups.
 */
export function parseGroupFolder(value: unknown): string {
  if (isGroupFolder(value)) return value
  if (typeof value === 'string' && TAKEN.test(value)) {
    throw new AgentError(
      'input_invalid',
      `The folder of a group cannot be called “${value}”: that is the name of another folder of the host. Give the group another one.`,
    )
  }
  throw new AgentError(
    'input_invalid',
    'The folder of the group must have a name of letters, digits, dots, underscores and hyphens that does not begin with a dot.',
  )
}

/** Whether it is such a name. */
export function isGroupFolder(value: unknown): value is string {
  return typeof value === 'string' && FOLDER.test(value) && !TAKEN.test(value)
}
