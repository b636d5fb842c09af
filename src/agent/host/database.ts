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
 * @throws {ConfigurationError} This installation has no SQLite, or the file is no database that can be used.
 * @throws The error of the database, for one that is left as it is.
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
    return isAsItIs ? openAsItIs(Open, file) : openOwn(Open, file)
  }
  throw new ConfigurationError(
    'This Node has no SQLite, in which tasks are kept. Use Node 22.13 or newer, or install it: npm install -g better-sqlite3@12',
  )
}

function openAsItIs(Open: Open, file: string): Database {
  const database = new Open(file)
  database.exec('PRAGMA busy_timeout = 5000')
  return database
}

function openOwn(Open: Open, file: string): Database {
  try {
    const database = openAsItIs(Open, file)
    database.exec('PRAGMA journal_mode = WAL')
    database.exec('PRAGMA synchronous = FULL')
    return database
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new ConfigurationError(
      `${file} cannot be used for the tasks: ${reason}. Move it away to begin without tasks, or restore it.`,
      {cause: error},
    )
  }
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
