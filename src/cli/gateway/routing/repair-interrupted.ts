/**
 * Taking back what was interrupted, before anything else is done.
 *
 * @module
 */
import path from 'node:path'
import {ROUTING_FILE} from '../../../gateway/codex-config/routing-file.ts'
import {readText} from '../../../files/read-file.ts'
import type {Cli} from '../../cli.ts'

/** Takes back a change of Codex's settings that was interrupted, by a kill for example. Costs a look at one file. */
export async function repairInterrupted(cli: Cli): Promise<void> {
  const file = path.join(cli.directories.base, ROUTING_FILE)
  const text = await readText(file).catch(() => undefined)
  if (text?.includes('"changing"') !== true) return
  const {repairRouting} = await import('./enable-gateway.ts')
  await repairRouting(cli)
}
