/**
 * Folders of other programs whose logins are used where they are.
 *
 * @module
 */
import {parseJson, toList, toText} from '../base/json-object.ts'

/** CODEX_HOMEs, as absolute paths. */
export interface LinkedHomes {
  list(): readonly string[]
  add(home: string): void
  /** @returns Whether it was there. */
  remove(home: string): boolean
  /** Everything, as JSON to keep over a restart. */
  export(): string
  /** Takes back what `export` gave; anything else counts as nothing. */
  import(exported: unknown): void
}

/** Creates a list without folders. */
export function createLinkedHomes({onChange}: {readonly onChange: () => void}): LinkedHomes {
  const homes = new Set<string>()
  return {
    list: () => [...homes],
    add(home) {
      homes.add(home)
      onChange()
    },
    remove(home) {
      const wasThere = homes.delete(home)
      if (wasThere) onChange()
      return wasThere
    },
    export: () => JSON.stringify([...homes]),
    import(exported) {
      const saved = toList(parseJson(exported))
      for (const home of saved.flatMap((value) => toText(value) ?? [])) homes.add(home)
    },
  }
}
