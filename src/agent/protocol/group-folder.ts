/**
 * The folder of a chat group, which is also its identity.
 *
 * @module
 */
import {AgentError} from '../agent-error.ts'

/** What every file system takes, and nothing that leads elsewhere. */
const FOLDER = /^(?!\.)[\w.-]{1,100}$/

/** The group that may do things for others. */
export const MAIN_FOLDER = 'main'

/**
 * Reads the name of a folder.
 *
 * @throws {AgentError} `input_invalid`: it could lead out of the folder of the groups.
 */
export function parseGroupFolder(value: unknown): string {
  if (typeof value === 'string' && FOLDER.test(value)) return value
  throw new AgentError(
    'input_invalid',
    'The folder of the group must have a name of letters, digits, dots, underscores and hyphens that does not begin with a dot.',
  )
}

/** Whether it is such a name. */
export function isGroupFolder(value: unknown): value is string {
  return typeof value === 'string' && FOLDER.test(value)
}
