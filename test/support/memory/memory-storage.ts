import type {Storage} from 'alma-plugin-api'

/** A host's plain storage for one test; values are copied, as a real one does. */
export function createMemoryStorage(initial: Readonly<Record<string, unknown>> = {}): Storage {
  const values = new Map(Object.entries(initial))
  return {
    get: async <Value>(key: string) => structuredClone(values.get(key)) as Value,
    set: async (key, value) => void values.set(key, structuredClone(value)),
    delete: async (key) => void values.delete(key),
    keys: async () => [...values.keys()],
    clear: async () => values.clear(),
  }
}
