/**
 * The demo behind `npm start`: everything a user of the plugin does, in a few seconds. With
 * `-- --live` it does the same with the real service.
 *
 * @module
 */
import process from 'node:process'
import {createLiveVisitor} from './live-visitor.ts'
import {parseFlags} from './parse-flags.ts'
import {createSimulatedVisitor} from './simulated-visitor.ts'
import {emphasize} from './screen.ts'
import {takeTour} from './tour.ts'

/** A demo that waits longer than this waits for nothing. A user who logs in may take longer. */
const TIME_LIMIT_MS = 45_000
const LIVE_TIME_LIMIT_MS = 600_000

// Somebody who has seen enough (`npm start | head`) is not an error.
process.stdout.on('error', () => process.exit())

try {
  const {live} = parseFlags(process.argv.slice(2))
  const visitor = live ? createLiveVisitor() : await createSimulatedVisitor()
  try {
    await takeTour(visitor, AbortSignal.timeout(live ? LIVE_TIME_LIMIT_MS : TIME_LIMIT_MS))
  } finally {
    await visitor.leave()
  }
  console.log(`\n${emphasize('green', 'That is all of it.')} In Alma it looks the same.`)
} catch (error) {
  console.error(error instanceof Error ? error.message : 'The demo failed.')
  process.exitCode = 1
}
