/**
 * SQLite, whichever this installation has.
 *
 * Node has it from version 22.13 on, Bun always. For older ones it is a package with native code that has to be built, so it is the
 * user's choice to install it: `better-sqlite3` has no build of its latest releases for Node 20, and building it takes minutes.
 * A build without native code (`node-sqlite3-wasm`) does not take the locks of the system, so no other program could
 * read the file beside it.
 *
 * @module
 */
import {createPrivateFolder} from '../../files/private-folder.ts'
import path from 'node:path'
import {ConfigurationError} from '../../errors.ts'

/** What can be stored. */
export type SqlValue = number | string | null

/** A prepared statement. */
export interface Statement {
  run(...values: readonly SqlValue[]): unknown
  all(...values: readonly SqlValue[]): unknown[]
}

/** An open database. */
export interface Database {
  exec(sql: string): unknown
  prepare(sql: string): Statement
  close(): unknown
}

type Open = new (file: string) => Database

/** Modules with a database, and what it is called in them. */
const MODULES = [
  ['node:sqlite', 'DatabaseSync'],
  ['bun:sqlite', 'Database'],
  ['better-sqlite3', 'default'],
] as const

/** How a database is opened. */
export interface OpenOptions {
  /** Loads a module. Default: `import`. */
  readonly load?: (name: string) => Promise<unknown>
  /** Leaves it as it is: it is that of another program, which has chosen how it is written. Default no. */
  readonly isAsItIs?: boolean
}

/**
 * Opens a database; it is made where there is none. What was committed survives a kill and a power cut.
 *
 * @throws {ConfigurationError} This installation has no SQLite.
 */
export async function openDatabase(
  file: string,
  {isAsItIs = false, load = (name) => import(name)}: OpenOptions = {},
): Promise<Database> {
  if (!isAsItIs) await createPrivateFolder(path.dirname(file))
  for (const [name, key] of MODULES) {
    const module = await load(name).catch(() => undefined)
    const Open = findClass(module, key)
    if (!Open) continue
    const database = new Open(file)
    if (!isAsItIs) {
      database.exec('PRAGMA journal_mode = WAL')
      database.exec('PRAGMA synchronous = FULL')
    }
    database.exec('PRAGMA busy_timeout = 5000')
    return database
  }
  throw new ConfigurationError(
    'This Node has no SQLite, in which tasks are kept. Use Node 22.13 or newer, or install it: npm install -g better-sqlite3@12',
  )
}

/** Runs `task` whole or not at all. */
export function inTransaction<Result>(database: Database, task: () => Result): Result {
  database.exec('BEGIN IMMEDIATE')
  try {
    const result = task()
    database.exec('COMMIT')
    return result
  } catch (error) {
    database.exec('ROLLBACK')
    throw error
  }
}

function findClass(module: unknown, key: string): Open | undefined {
  const found: unknown =
    typeof module === 'object' && module !== null ? Reflect.get(module, key) : undefined
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- all three have these methods
  return typeof found === 'function' ? (found as unknown as Open) : undefined
}
