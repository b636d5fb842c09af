/**
 * The figures behind `npm run bench`. Each is a size, a ratio or a difference taken in this run, so
 * that a slow machine does not fail it and a fast one does not hide a fault.
 *
 * @module
 */
import process from 'node:process'
import {abort} from './abort.ts'
import {activation, runActivation} from './activation.ts'
import {bundleSize} from './bundle-size.ts'
import {expiredToken} from './expired-token.ts'
import {firstDelta} from './first-delta.ts'
import type {Figure, Measurement} from './measurement.ts'
import {runReplayServer} from './replay-server.ts'
import {startReplay, type Replay} from './start-replay.ts'
import {streamingInBulk, streamingOneByOne} from './streaming.ts'

const measurements: readonly Measurement[] = [
  bundleSize,
  activation,
  streamingInBulk,
  streamingOneByOne,
  firstDelta,
  abort,
  expiredToken,
]

const NAME_WIDTH = Math.max(...measurements.map(({name}) => name.length)) + 2

async function runBenchmark(): Promise<void> {
  const replay = await startReplay()
  try {
    for (const measurement of measurements) {
      if (!(await report(measurement, replay))) process.exitCode = 1
    }
  } finally {
    replay.stop()
  }
  console.log(process.exitCode ? '\nA target was missed.' : '\nAll targets are met.')
}

/** Measures and prints one line; `false` when the target was missed or nothing could be measured. */
async function report(measurement: Measurement, replay: Replay): Promise<boolean> {
  try {
    const figure = await measurement.measure(replay)
    console.log(formatLine(measurement, figure))
    return figure.value <= measurement.target
  } catch (error) {
    console.log(
      `FAILED  ${measurement.name}: ${error instanceof Error ? error.message : 'unknown'}`,
    )
    return false
  }
}

function formatLine({name, target}: Measurement, {value, unit, detail}: Figure): string {
  const mark = value <= target ? 'ok    ' : 'MISSED'
  const measured = `${formatNumber(value)} ${unit}`.padEnd(18)
  const line = `${mark}  ${name.padEnd(NAME_WIDTH)}${measured}at most ${formatNumber(target)}`
  return detail === undefined ? line : `${line.padEnd(NAME_WIDTH + 42)}(${detail})`
}

function formatNumber(value: number): string {
  return value.toLocaleString('en-US', {maximumFractionDigits: 2})
}

// The benchmark starts itself again for what needs a process of its own.
const [role, argument] = process.argv.slice(2)
if (role === 'replay-server') await runReplayServer()
else if (role === 'activation') await runActivation(argument ?? '')
else await runBenchmark()
