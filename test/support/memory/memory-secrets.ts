import type {SecretStorage} from 'alma-plugin-api'

/** A host's secret storage for one test, which can be told to fail. */
export interface MemorySecrets extends SecretStorage {
  readonly values: Map<string, string>
  /** How many writes and deletions there were. */
  writes: number
  /** How many reads there were. */
  reads: number
  /** The write or deletion, counted from 1, from which on all of them fail. */
  failFromWrite: number
  /** Whether reads fail. */
  isLocked: boolean
}

/** A {@link SecretStorage} that lives as long as one test. Every call takes a moment. */
export function createMemorySecrets(initial: Readonly<Record<string, string>> = {}): MemorySecrets {
  const values = new Map(Object.entries(initial))
  const write = async (change: () => void) => {
    await Promise.resolve()
    secrets.writes += 1
    if (secrets.writes >= secrets.failFromWrite) throw new Error('The keychain is locked')
    change()
  }
  const secrets: MemorySecrets = {
    values,
    writes: 0,
    reads: 0,
    failFromWrite: Infinity,
    isLocked: false,
    get: async (key) => {
      await Promise.resolve()
      secrets.reads += 1
      if (secrets.isLocked) throw new Error('The keychain is locked')
      return values.get(key)
    },
    set: (key, value) => write(() => values.set(key, value)),
    delete: (key) =>
      write(() => {
        if (!values.delete(key)) throw new Error('There is no such key')
      }),
  }
  return secrets
}
