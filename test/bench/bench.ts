/**
 * The figures behind `npm run bench`. Each is a size, a ratio or a difference taken in this run, so
 * that a slow machine does not fail it and a fast one does not hide a fault. Words after
 * `node --expose-gc build/bench.js` choose the measurements whose names contain them all.
 *
 * @module
 */
import process from 'node:process'
import {
  abortBeforeEvents,
  abortBeforeHeaders,
  abortMidStream,
  abortWhileRefreshing,
} from './abort.ts'
import {activation, runActivation} from './activation.ts'
import {underAiSdk} from './ai-sdk.ts'
import {bundleSize} from './bundle-size.ts'
import {caoAdd, caoMemory, caoOutput, caoStart} from './command-line.ts'
import {loginAnswer, memoryOfLogin, stateReachesPage} from './connector-flows.ts'
import {eventLag} from './event-lag.ts'
import {expiredToken} from './expired-token.ts'
import {firstDelta, firstDeltaLarge, firstDeltaMedium} from './first-delta.ts'
import {formatHeading, formatLine} from './format-line.ts'
import {gatewayCpu, gatewayMemory, gatewayThroughput} from './gateway.ts'
import {
  gatewayConversations,
  gatewayFirstByte,
  gatewayStalled,
  gatewayStart,
} from './gateway-waits.ts'
import {heapGrowth, newConversations} from './heap-growth.ts'
import {manyStreamsCpu, manyStreamsMemory} from './many-streams.ts'
import type {Measurement} from './measurement.ts'
import {oneObject} from './one-object.ts'
import {runReplayServer} from './replay-server.ts'
import {startReplay, type Replay} from './start-replay.ts'
import {streamingInBulk, streamingLong, streamingOneByOne} from './streaming.ts'
import {waitingRequest} from './waiting-request.ts'
import {frameDelay, sessionMemory, uploadClassic, uploadLite} from './websocket.ts'

interface Milestone {
  readonly title: string
  readonly measurements: readonly Measurement[]
}

const milestones: readonly Milestone[] = [
  {
    title: 'Start and login',
    measurements: [bundleSize, activation, expiredToken],
  },
  {
    title: 'A request and its answer',
    measurements: [
      streamingOneByOne,
      streamingInBulk,
      streamingLong,
      underAiSdk,
      manyStreamsCpu,
      manyStreamsMemory,
      eventLag,
      firstDelta,
      firstDeltaMedium,
      firstDeltaLarge,
      waitingRequest,
      oneObject,
      heapGrowth,
      newConversations,
      abortBeforeHeaders,
      abortBeforeEvents,
      abortMidStream,
      abortWhileRefreshing,
    ],
  },
  {
    title: 'The gateway',
    measurements: [
      gatewayThroughput,
      gatewayCpu,
      gatewayFirstByte,
      gatewayMemory,
      gatewayStalled,
      uploadLite,
      uploadClassic,
      frameDelay,
      sessionMemory,
      gatewayConversations,
      gatewayStart,
    ],
  },
  {
    title: 'The command line',
    measurements: [caoStart, caoOutput, caoMemory, caoAdd],
  },
  {
    title: 'The connector',
    measurements: [stateReachesPage, memoryOfLogin, loginAnswer],
  },
]

/** Measures what has all of `words` in its name. */
async function runBenchmark(words: readonly string[]): Promise<void> {
  const isChosen = ({name}: Measurement) =>
    words.every((word) => name.toLowerCase().includes(word.toLowerCase()))
  const replay = await startReplay()
  try {
    for (const {measurements, title} of milestones) {
      await reportAll(title, measurements.filter(isChosen), replay)
    }
  } finally {
    replay.stop()
  }
  console.log(process.exitCode ? '\nA target was missed.' : '\nAll targets are met.')
}

async function reportAll(
  title: string,
  measurements: readonly Measurement[],
  replay: Replay,
): Promise<void> {
  if (measurements.length > 0) console.log(formatHeading(title))
  for (const measurement of measurements) {
    if (!(await report(measurement, replay))) process.exitCode = 1
  }
}

/** Measures and prints one line; `false` when the target was missed or nothing could be measured. */
async function report(measurement: Measurement, replay: Replay): Promise<boolean> {
  try {
    const figure = await measurement.measure(replay)
    console.log(formatLine(measurement, figure))
    return figure.value <= measurement.target
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown'
    console.log(`FAILED  ${measurement.name}: ${reason}`)
    return false
  }
}

// The benchmark starts itself again for what needs a process of its own.
const [role, ...rest] = process.argv.slice(2)
if (role === 'replay-server') await runReplayServer()
else if (role === 'activation') await runActivation(rest[0] ?? '')
else await runBenchmark(process.argv.slice(2))
