/**
 * Entry of the simulator: starts it on a loopback port and says how to use it.
 *
 * @module
 */
import {once} from 'node:events'
import process from 'node:process'
import {describeSimulator, parseCommand} from './simulator/command-line.ts'
import {HELP} from './simulator/help.ts'
import {startSimulator, type SimulatorOptions} from './simulator/start-simulator.ts'

const command = parseCommand(process.argv.slice(2))
if (command.kind === 'start') await run(command.options)
else if (command.kind === 'help') console.log(HELP)
else fail(command.message)

/** Runs until somebody wants it to end. */
async function run(options: SimulatorOptions): Promise<void> {
  const simulator = await startSimulator(options).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error)
    fail(`The simulator could not start: ${reason}\nTry another port, or none: --port 0`)
  })
  if (!simulator) return
  console.log(describeSimulator(simulator))
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  await simulator.close()
}

function fail(message: string): void {
  console.error(message)
  process.exitCode = 1
}
