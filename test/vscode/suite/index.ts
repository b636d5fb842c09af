/**
 * What the editor calls to run the tests in its extension host.
 *
 * @module
 */
import './log-in.ts'
import './chat.ts'
import './accounts.ts'
import {tellStories} from './story.ts'

/** @throws {Error} A story failed, which the editor makes an exit code of. */
export function run(): Promise<void> {
  return tellStories()
}
