import {readdirSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {expect, test} from 'vitest'

/** Rooms from the bottom up. A room may import from itself and from the floors before its own. */
const FLOORS = [
  ['errors.ts'],
  ['http', 'files'],
  ['oauth', 'models', 'simulator'],
  ['accounts'],
  ['responses'],
  ['dialects', 'storage'],
  ['hosts'],
  ['hosts/alma', 'hosts/vscode'],
  ['cli'],
  ['plugin.ts', 'cli.ts', 'simulator.ts', 'vscode.ts'],
]

/** A stand-in that shared the product's code would share its mistakes. */
const SIMULATOR_MAY_IMPORT = ['simulator', 'http']

const SOURCE = path.resolve(import.meta.dirname, '../src')
const RELATIVE_IMPORT = /\b(?:from|import\() ?'(\.{1,2}\/[^']+)'/g

function roomOf(file: string): string {
  const [first = '', second = ''] = path.relative(SOURCE, file).split(path.sep)
  const isOfOneHost = first === 'hosts' && !second.endsWith('.ts')
  return isOfOneHost ? `${first}/${second}` : first
}

function floorOf(file: string): number {
  return FLOORS.findIndex((rooms) => rooms.includes(roomOf(file)))
}

function importsOf(file: string): string[] {
  const imports = readFileSync(file, 'utf8').matchAll(RELATIVE_IMPORT)
  return [...imports].map(([, specifier]) => path.resolve(path.dirname(file), specifier!))
}

const files = readdirSync(SOURCE, {recursive: true, encoding: 'utf8'})
  .filter((entry) => entry.endsWith('.ts'))
  .map((entry) => path.join(SOURCE, entry))

test.each(files)('%s imports only from lower floors', (file) => {
  expect(floorOf(file), 'not in a room').toBeGreaterThanOrEqual(0)
  const wrong = importsOf(file).filter(
    (target) => roomOf(target) !== roomOf(file) && floorOf(target) >= floorOf(file),
  )
  expect(wrong).toEqual([])
})

test.each(files.filter((file) => roomOf(file) === 'simulator'))(
  '%s shares no code with the product above http/',
  (file) => {
    const wrong = importsOf(file).filter((target) => !SIMULATOR_MAY_IMPORT.includes(roomOf(target)))
    expect(wrong).toEqual([])
  },
)

/** Below the hosts; the entries put a host and the rooms together. */
const belowHosts = files.filter((file) => floorOf(file) < floorOf(path.join(SOURCE, 'hosts/alma')))

test.each(belowHosts)('%s does not know a host', (file) => {
  expect(readFileSync(file, 'utf8')).not.toMatch(/alma|vscode/i)
})
