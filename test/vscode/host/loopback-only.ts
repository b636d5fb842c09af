/**
 * Running without a network: whatever would leave this machine fails.
 *
 * @module
 */
import {spawn, spawnSync} from 'node:child_process'
import {once} from 'node:events'

/** Set in the run that has only loopback. */
const MARK = 'CODEX_TEST_LOOPBACK_ONLY'

const PREPARE = 'ip link set lo up'

/** Whether this run has only loopback already. */
export const IS_LOOPBACK_ONLY = process.env[MARK] !== undefined

/** Whether the system permits a network namespace. */
export function canBeLoopbackOnly(): boolean {
  return spawnSync('unshare', ['--net', 'sh', '-c', PREPARE]).status === 0
}

/**
 * Starts this program again in a network namespace of its own.
 *
 * @param given Its arguments. Default: those of this run.
 * @returns Its exit code; `undefined` when this is that run already, or the system does not permit it.
 */
export async function runWithLoopbackOnly(
  given: readonly string[] = process.argv.slice(2),
): Promise<number | undefined> {
  if (IS_LOOPBACK_ONLY) return undefined
  if (!canBeLoopbackOnly()) {
    console.log('SKIPPED: a network namespace is not permitted here, so the tests have a network')
    return undefined
  }
  console.log('In a network namespace that has only loopback')
  const command = `${PREPARE} && exec "$@"`
  const args = ['--net', 'sh', '-c', command, 'sh', process.execPath, ...process.execArgv]
  const child = spawn('unshare', [...args, process.argv[1] ?? '', ...given], {
    stdio: 'inherit',
    env: {...process.env, [MARK]: '1'},
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  return code ?? 1
}
