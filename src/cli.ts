/**
 * Entry of the command line.
 *
 * @module
 */
import {homedir} from 'node:os'
import process from 'node:process'
import {UnderWay} from './accounts/tokens/under-way.ts'
import {holdSignals} from './cli/hold-signals.ts'
import {createIo} from './cli/io.ts'
import {createNetworkFetch} from './cli/network/create-network-fetch.ts'
import {hasLateWrite} from './files/late-writes.ts'
import {hasOverdueCalls} from './files/within-time.ts'
import {runCommandLine} from './cli/program.ts'

/** Of the package; the build puts it in. */
declare const PACKAGE_VERSION: string

// A wait that only a time limit ends does not keep the process by itself: `AbortSignal.timeout` does not.
setInterval(() => undefined, 1 << 30)
const io = createIo(process)
const underWay = new UnderWay()
const findSignalCode = holdSignals({
  process,
  underWay,
  note: (line) => io.err(line),
  exit: (code) => process.exit(code),
})
const exitCode = await runCommandLine(process.argv.slice(2), {
  io,
  env: process.env,
  userHome: homedir(),
  version: PACKAGE_VERSION,
  fetch: createNetworkFetch(process.env, globalThis.fetch),
  now: Date.now,
  underWay,
})

if (underWay.isBusy) io.err('Refreshing a login. This ends as soon as the new tokens are stored.')
await underWay.settled()
// Nothing else that is under way, such as the search for a server, is of use any more.
await io.flush()
// A file system that does not answer holds its thread, and the exit would wait for that for ever.
if (hasOverdueCalls() || hasLateWrite()) process.kill(process.pid, 'SIGKILL')
process.exit(findSignalCode() ?? exitCode)
