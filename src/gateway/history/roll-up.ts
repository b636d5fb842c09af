/**
 * Sums of requests by the hour, for charts and budgets.
 *
 * @module
 */
import * as z from 'zod/mini'
import type {RequestLine} from './finished-request.ts'

const HOUR_MS = 3_600_000

/** Numbers of one sum, in this order. */
const SUMS = [
  'requests',
  'failures',
  'switches',
  'input',
  'cached',
  'output',
  'reasoning',
  'lostTokens',
  'paidTokens',
  'durationMs',
  'firstWordMs',
  'firstWords',
] as const

/** What requests of the same hour, client, account and model come to. */
export type Sums = Readonly<Record<(typeof SUMS)[number], number>>

const ZERO: Sums = {
  requests: 0,
  failures: 0,
  switches: 0,
  input: 0,
  cached: 0,
  output: 0,
  reasoning: 0,
  lostTokens: 0,
  paidTokens: 0,
  durationMs: 0,
  firstWordMs: 0,
  firstWords: 0,
}

/** The sums of one hour for one client, account and model. */
export interface RollUpRow extends Sums {
  /** Beginning of the hour (milliseconds since the Unix epoch). */
  readonly hourMs: number
  /** Keys of the parties, see `PartyNames`. */
  readonly clientKey: string
  /** Empty when no account answered. */
  readonly accountKey: string
  /** Empty when nothing was sent. */
  readonly model: string
}

/** A reading of how much of a window is used. */
export interface UsageSample {
  readonly atMs: number
  readonly accountKey: string
  readonly windowSeconds: number
  /** 0 to 100. */
  readonly usedPercent: number
}

const saved = z.object({
  rows: z.array(z.tuple([z.number(), z.string(), z.string(), z.string(), z.array(z.number())])),
  samples: z.array(z.tuple([z.number(), z.string(), z.number(), z.number()])),
  names: z.array(z.tuple([z.string(), z.string(), z.string()])),
})

/** A roll-up as it is kept in a file. */
export type SavedRollUp = z.infer<typeof saved>

/** Sums up lines. */
export class RollUp {
  readonly #rows = new Map<string, {-readonly [Name in keyof RollUpRow]: RollUpRow[Name]}>()
  readonly #samples: UsageSample[] = []

  /** Adds one request. */
  add(line: RequestLine): void {
    const {a = '', c, k = [0, 0, 0, 0], l, m = '', f} = line
    const row = this.#rowOf(Math.floor(line.t / HOUR_MS) * HOUR_MS, {c, a, m})
    row.requests += 1
    if (line.s >= 400 || line.x !== undefined) row.failures += 1
    if (line.o !== undefined) row.switches += 1
    row.input += k[0]
    row.cached += k[1]
    row.output += k[2]
    row.reasoning += k[3]
    row.lostTokens += l?.[2] ?? 0
    if (line.$ === 1) row.paidTokens += k[0] + k[2]
    row.durationMs += line.d
    if (f === undefined) return
    row.firstWordMs += f
    row.firstWords += 1
  }

  addSample(sample: UsageSample): void {
    this.#samples.push(sample)
  }

  /** Every row, in no order. */
  rows(): readonly RollUpRow[] {
    return [...this.#rows.values()]
  }

  /** Readings, oldest first. */
  samples(): readonly UsageSample[] {
    return this.#samples
  }

  /** As text to keep, with the names of the parties. */
  toText(names: SavedRollUp['names']): string {
    const rows = this.rows().map((row): SavedRollUp['rows'][number] => [
      row.hourMs,
      row.clientKey,
      row.accountKey,
      row.model,
      SUMS.map((name) => row[name]),
    ])
    const samples = this.#samples.map((sample): SavedRollUp['samples'][number] => [
      sample.atMs,
      sample.accountKey,
      sample.windowSeconds,
      sample.usedPercent,
    ])
    return JSON.stringify({rows, samples, names} satisfies SavedRollUp)
  }

  /** Adds what was kept. */
  merge({rows, samples}: SavedRollUp): void {
    for (const [hourMs, c, a, m, sums] of rows) {
      const row = this.#rowOf(hourMs, {c, a, m})
      for (const [index, name] of SUMS.entries()) row[name] += sums[index] ?? 0
    }
    for (const [atMs, accountKey, windowSeconds, usedPercent] of samples) {
      this.#samples.push({atMs, accountKey, windowSeconds, usedPercent})
    }
  }

  /** Forgets what is older. */
  forgetBefore(atMs: number): void {
    for (const [key, {hourMs}] of this.#rows) if (hourMs < atMs) this.#rows.delete(key)
    const first = this.#samples.findIndex((sample) => sample.atMs >= atMs)
    this.#samples.splice(0, first === -1 ? this.#samples.length : first)
  }

  #rowOf(hourMs: number, {c, a, m}: {readonly c: string; readonly a: string; readonly m: string}) {
    const key = `${hourMs} ${c} ${a} ${m}`
    const found = this.#rows.get(key)
    if (found) return found
    const row = {hourMs, clientKey: c, accountKey: a, model: m, ...ZERO}
    this.#rows.set(key, row)
    return row
  }
}

/** Reads what {@link RollUp.toText} gave; `undefined` for anything else. */
export function parseRollUp(text: string): SavedRollUp | undefined {
  try {
    const {success, data} = z.safeParse(saved, JSON.parse(text))
    return success ? data : undefined
  } catch {
    return undefined
  }
}
