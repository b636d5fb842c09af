/**
 * How often each endpoint gave each answer. Unlike the request log, it forgets nothing.
 *
 * @module
 */
import type {EndpointName} from './fault.ts'

/** Answers by endpoint and outcome, for example `{token: {refreshed: 1, reused: 2}}`. */
export type Counts = Readonly<Partial<Record<EndpointName, Readonly<Record<string, number>>>>>

/** The answers so far. */
export interface RequestCounts {
  /** A copy, as it is now. */
  read(): Counts
  /** Counts one more answer. */
  add(endpoint: EndpointName, outcome: string): void
  clear(): void
}

/** Makes a counter at zero. */
export function createRequestCounts(): RequestCounts {
  const counts = new Map<EndpointName, Map<string, number>>()
  return {
    read: () =>
      Object.fromEntries(
        [...counts].map(([endpoint, outcomes]) => [endpoint, Object.fromEntries(outcomes)]),
      ),
    add: (endpoint, outcome) => {
      const outcomes = counts.get(endpoint) ?? new Map<string, number>()
      counts.set(endpoint, outcomes)
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    },
    clear: () => counts.clear(),
  }
}
