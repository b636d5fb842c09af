/**
 * One of several processes that use the same account folders: it says when it is ready, waits for a
 * line, asks as often as it was told to, and says how many answers were none.
 *
 * @module
 */
import {once} from 'node:events'
import process from 'node:process'
import {createAccountDirectories} from '../../../src/accounts/directories/account-directories.ts'
import {createDirectoryAccountStore} from '../../../src/accounts/directories/directory-account-store.ts'
import {createMemoryLog} from '../memory/memory-log.ts'
import {createSimulatedBackend} from '../servers/simulated-backend.ts'

const [base = '', home = '', simulatorUrl = '', requests = ''] = process.argv.slice(2)
const now = Date.now
const {log} = createMemoryLog()
const store = createDirectoryAccountStore({
  directories: createAccountDirectories({base, now, log}),
  extraHomes: () => (home === '' ? [] : [home]),
  now,
  log,
})
const simulator = {
  issuer: new URL(simulatorUrl),
  backendUrl: new URL('/backend-api', simulatorUrl),
  appApiUrl: new URL('/v1', simulatorUrl),
}
const ask = createSimulatedBackend({simulator, store})

const accounts = await store.list()
process.stdout.write(`ready with ${accounts.length}\n`)
await once(process.stdin, 'data')

const numbers = Array.from({length: Number(requests)}, (_, index) => index)
const said = await Promise.all(numbers.map((number) => ask(`${process.pid} asks ${number}`)))

const failures = said.filter(({status}) => status !== 200)
process.stdout.write(`${JSON.stringify({failed: failures.length, first: failures[0]?.text})}\n`)
store.close()
process.stdin.destroy()
