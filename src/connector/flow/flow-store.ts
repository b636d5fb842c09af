/**
 * What is kept of logins over a restart: that there was one, and how it ended. Never a code, never a token.
 *
 * @module
 */
import type {Flow} from './flow.ts'

/** What is kept of a login. The code is not: without it, a login that was cut off can only be started again. */
export interface StoredFlow extends Omit<Flow, 'code'> {
  /** The process that waits for it. */
  readonly process: {readonly id: number; readonly instance: string}
}

/** Where logins are kept. A host may put a database in its place. */
export interface FlowStore {
  /** Everything that is kept. */
  load(): Promise<readonly StoredFlow[]>
  /** Adds logins, or replaces those with the same ids. */
  save(flows: readonly StoredFlow[]): Promise<void>
}

/** The most logins that memory keeps. */
const MAX_KEPT = 1000

/** A store that forgets everything with the process, and those of before the last thousand. */
export function createMemoryFlowStore(): FlowStore {
  const flows = new Map<string, StoredFlow>()
  return {
    load: async () => [...flows.values()],
    async save(changed) {
      for (const flow of changed) flows.set(flow.id, flow)
      for (const id of [...flows.keys()].slice(0, -MAX_KEPT)) flows.delete(id)
    },
  }
}
