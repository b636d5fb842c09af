/**
 * Metrics, and the text in which Prometheus reads them. A library for it is 66 kB with what comes along, which every
 * start would read.
 *
 * @module
 * @see {@link https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format}
 */

/** The content type of the text. */
export const METRIC_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** Values by their labels, in the order in which they first came. */
type Labels = Readonly<Record<string, string | number>>

/** Something that is counted. */
export interface Metric {
  /** In the form of Prometheus, with a line break at the end. */
  toText(): string
}

/** How it is called, and what it says. */
interface Named {
  readonly name: string
  /** One sentence. */
  readonly help: string
}

/** A number for each set of labels: a sum that only grows, or how many there are now. */
export class Tally implements Metric {
  readonly #named: Named & {readonly type: 'counter' | 'gauge'}
  readonly #values = new Map<string, number>()

  constructor(named: Named & {readonly type: 'counter' | 'gauge'}) {
    this.#named = named
  }

  /** Adds to what there is; default 1. */
  add(labels: Labels = {}, count = 1): void {
    const key = toLabels(labels)
    this.#values.set(key, (this.#values.get(key) ?? 0) + count)
  }

  set(labels: Labels, value: number): void {
    this.#values.set(toLabels(labels), value)
  }

  toText(): string {
    const {name, type} = this.#named
    const lines = [...this.#values].map(([labels, value]) => `${name}${labels} ${value}\n`)
    return toHead(this.#named, type) + lines.join('')
  }
}

/** How many values were at most as large as each of some bounds. */
export class Distribution implements Metric {
  readonly #named: Named
  readonly #bounds: readonly number[]
  /** Of values up to a bound and above the one before it; the last one has no bound. */
  readonly #counts: number[]
  #sum = 0

  /** The bounds grow. */
  constructor(named: Named, bounds: readonly number[]) {
    this.#named = named
    this.#bounds = bounds
    this.#counts = Array.from({length: bounds.length + 1}, () => 0)
  }

  add(value: number): void {
    const found = this.#bounds.findIndex((bound) => value <= bound)
    this.#counts[found === -1 ? this.#bounds.length : found]! += 1
    this.#sum += value
  }

  toText(): string {
    const {name} = this.#named
    let count = 0
    const lines = this.#counts.map((here, index) => {
      count += here
      return `${name}_bucket${toLabels({le: this.#bounds[index] ?? '+Inf'})} ${count}\n`
    })
    const sums = `${name}_sum ${this.#sum}\n${name}_count ${count}\n`
    return toHead(this.#named, 'histogram') + lines.join('') + sums
  }
}

function toHead({help, name}: Named, type: string): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`
}

function toLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escape(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function escape(value: string | number): string {
  return String(value).replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')
}
