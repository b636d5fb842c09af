/**
 * Whether Codex finds the gateway that it is led to.
 *
 * @module
 */
import path from 'node:path'
import {readText} from '../../files/read-file.ts'
import {parseRoutingState, ROUTING_FILE} from '../../gateway/codex-config/routing-file.ts'
import type {Cli} from '../cli.ts'
import type {Check} from './health.ts'

/** How long the gateway may take to answer, in milliseconds. It is on this machine. */
const TIMEOUT_MS = 2000

/** Checks the gateway, where Codex is led to it. */
export async function checkGateway({directories, fetch}: Cli): Promise<readonly Check[]> {
  const file = path.join(directories.base, ROUTING_FILE)
  const text = await readText(file).catch(() => undefined)
  const {baseUrl, state} = parseRoutingState(text ?? '') ?? {}
  if (state !== 'routed' || baseUrl === undefined) return []
  const name = 'gateway'
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    const {ok} = await fetch(new URL('/health', baseUrl), {signal})
    if (ok) return [{name, status: 'ok', message: `Codex is led to ${baseUrl}, which answers`}]
  } catch {
    // Nothing listens there, or it is stuck: Codex would not get an answer, either.
  }
  const message = `Codex is led to ${baseUrl}, where no gateway answers. Run cao gateway start --detach, or cao gateway disable.`
  return [{name, status: 'warn', message}]
}
