/**
 * What the editor calls to run the tests in its extension host.
 *
 * @module
 */
// Their stories are told in this order.
// oxlint-disable import/no-unassigned-import
import './log-in.ts'
import './chat.ts'
import './ways-to-log-in.ts'
import './limits.ts'
import './accounts.ts'
// oxlint-enable import/no-unassigned-import
import {tidyUp} from './known-state.ts'
import {tellStories} from './story.ts'

/** @throws {Error} A story failed, which the editor makes an exit code of. */
export function run(): Promise<void> {
  return tellStories(tidyUp)
}
