/**
 * A command of `cao` in the process of the test: what it says and does, without the start of a program.
 *
 * @module
 */
import {PassThrough} from 'node:stream'
import {UnderWay} from '../../../src/accounts/tokens/under-way.ts'
import {createIo, type Streams} from '../../../src/cli/io.ts'
import {runCommandLine} from '../../../src/cli/program.ts'
import type {CaoResult} from './run-cao.ts'

/** Calls it as the entry does. Output comes into pipes, and standard input is empty. */
export async function callCao(
  args: readonly string[],
  {env, userHome}: {readonly env: NodeJS.ProcessEnv; readonly userHome: string},
): Promise<CaoResult> {
  const output = {stdout: '', stderr: ''}
  const collect = (name: keyof typeof output) =>
    new PassThrough({encoding: 'utf8'}).on('data', (text: string) => (output[name] += text))
  const stdin = new PassThrough().end()
  // Commands use of them only what every stream has.
  const streams = {
    stdin,
    stdout: collect('stdout'),
    stderr: collect('stderr'),
  } as unknown as Streams
  const io = createIo({...streams, env})
  const underWay = new UnderWay()
  const code = await runCommandLine(args, {
    io,
    env,
    userHome,
    version: '0.0.0',
    fetch: globalThis.fetch,
    now: Date.now,
    underWay,
  })
  await underWay.settled()
  await io.flush()
  return {code, signal: null, ...output}
}
