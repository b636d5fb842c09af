import {measureCpuMs} from './cpu-time.ts'
import {measureInTurn} from './median.ts'
import type {Measurement} from './measurement.ts'
import type {Scenario} from './replay-streams.ts'
import type {Replay, Route} from './start-replay.ts'

/** What a long answer costs on its way through, when every delta arrives alone. */
export const streamingOneByOne = createStreaming('2,000 deltas one by one', {
  scenario: 'one-by-one',
  target: 1.3,
  answers: 5,
  rounds: 120,
  warmUpRounds: 40,
})

/** The same when it arrives in large pieces that end anywhere. */
export const streamingInBulk = createStreaming('2,000 deltas in bulk', {
  scenario: 'bulk',
  target: 1.7,
  answers: 10,
  rounds: 120,
  warmUpRounds: 20,
})

/** An answer so long that what grows with it would show. */
export const streamingLong = createStreaming('50,000 deltas one by one', {
  scenario: 'one-by-one-long',
  target: 1.2,
  answers: 1,
  rounds: 40,
  warmUpRounds: 8,
})

interface StreamingOptions {
  readonly scenario: Scenario
  /** Times the processor time of plain `fetch`. A stream around it that does nothing takes 1.2 to 1.4. */
  readonly target: number
  /** Answers per round: enough that a round takes some milliseconds and has its share of garbage. */
  readonly answers: number
  readonly rounds: number
  /** 200 answers on each side, or as many events: until the compiler is done with both. */
  readonly warmUpRounds: number
}

/** Several answers make a round; what else is done for a fair ratio is in `measureCpuMs` and `measureInTurn`. */
function createStreaming(name: string, options: StreamingOptions): Measurement {
  const {answers, scenario, target} = options
  return {
    name: `${name}, processor time`,
    target,
    measure: async (replay) => {
      await requireSameBytes(replay, scenario)
      const {plain, plugin, ratio} = await measureInTurn(options, {
        plain: async () => measureRound(replay.plain, options),
        plugin: async () => measureRound(replay.plugin, options),
      })
      const [pluginMs, plainMs] = [plugin, plain].map((ms) => (ms / answers).toFixed(2))
      return {
        value: ratio,
        unit: 'times',
        detail: `${pluginMs} ms against ${plainMs} ms, the same bytes`,
      }
    },
  }
}

async function measureRound(
  {ask}: Route,
  {answers, scenario}: Pick<StreamingOptions, 'answers' | 'scenario'>,
): Promise<number> {
  return measureCpuMs(async () => {
    for (let answer = 0; answer < answers; answer++) {
      await readToEnd(await ask(scenario))
    }
  })
}

/** Reads an answer as a plain reader does, and forgets it. */
export async function readToEnd({body}: Response): Promise<void> {
  for await (const chunk of body ?? []) void chunk
}

async function requireSameBytes({plain, plugin}: Replay, scenario: Scenario): Promise<void> {
  const expected = await readBytes(await plain.ask(scenario))
  const actual = await readBytes(await plugin.ask(scenario))
  if (!actual.equals(expected)) throw new Error('The plugin changed the bytes of the answer.')
}

async function readBytes(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer())
}
