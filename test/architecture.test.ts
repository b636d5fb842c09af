import {readdirSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {expect, test} from 'vitest'

/** Rooms from the bottom up. A room may import from itself and from the floors before its own. */
const FLOORS = [
  ['errors.ts'],
  ['base'],
  ['http', 'files'],
  ['codex'],
  ['oauth', 'models', 'simulator'],
  ['accounts'],
  ['responses'],
  ['dialects', 'storage', 'settings'],
  ['engine'],
  ['hosts/alma', 'hosts/vscode', 'gateway', 'connector', 'agent'],
  ['cli'],
  [
    'plugin.ts',
    'agent.ts',
    'cli.ts',
    'connector.ts',
    'connector-client.ts',
    'simulator.ts',
    'vscode.ts',
  ],
]

/** The rooms inside `accounts/`, from the bottom up. */
const ACCOUNT_FLOORS = [
  'accounts',
  'accounts/tokens',
  'accounts/usage',
  'accounts/rests',
  'accounts/choice',
  'accounts/directories',
  'accounts/shared',
]

/** A stand-in that shared the product's code would share its mistakes. */
const SIMULATOR_MAY_IMPORT = ['simulator', 'base', 'http']

/** A folder with more files than this is a list, not a room. */
const MAX_FILES_SIDE_BY_SIDE = 15

const SOURCE = path.resolve(import.meta.dirname, '../src')
const RELATIVE_IMPORT = /\b(?:from|import\() ?'(\.{1,2}\/[^']+)'/g

function roomOf(file: string): string {
  const [first = '', second = ''] = path.relative(SOURCE, file).split(path.sep)
  return first === 'hosts' ? `${first}/${second}` : first
}

function floorOf(file: string): number {
  return FLOORS.findIndex((rooms) => rooms.includes(roomOf(file)))
}

function importsOf(file: string): string[] {
  const imports = readFileSync(file, 'utf8').matchAll(RELATIVE_IMPORT)
  return [...imports].map(([, specifier]) => path.resolve(path.dirname(file), specifier!))
}

/** For example `accounts/usage` for a file in `accounts/usage/reading`. */
function accountRoomOf(file: string): string {
  const folders = path.relative(SOURCE, path.dirname(file)).split(path.sep)
  return folders.slice(0, 2).join('/')
}

/** Every folder on the way down to a file, such as `a`, `a/b` and `a/b/c.ts`. */
function placesOf(file: string): string[] {
  const parts = path.relative(SOURCE, file).split(path.sep)
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
}

/** A way from a node back to itself, if there is one. */
function findCircle(graph: ReadonlyMap<string, ReadonlySet<string>>): string[] | undefined {
  const done = new Set<string>()
  function walk(node: string, way: readonly string[]): string[] | undefined {
    if (way.includes(node)) return [...way.slice(way.indexOf(node)), node]
    if (done.has(node)) return undefined
    for (const next of graph.get(node) ?? []) {
      const circle = walk(next, [...way, node])
      if (circle) return circle
    }
    done.add(node)
    return undefined
  }
  for (const node of graph.keys()) {
    const circle = walk(node, [])
    if (circle) return circle
  }
  return undefined
}

const files = readdirSync(SOURCE, {recursive: true, encoding: 'utf8'})
  .filter((entry) => entry.endsWith('.ts'))
  .map((entry) => path.join(SOURCE, entry))

const imports = new Map(files.map((file) => [file, new Set(importsOf(file))]))

test.each(files)('%s imports only from lower floors', (file) => {
  expect(floorOf(file), 'not in a room').toBeGreaterThanOrEqual(0)
  const wrong = importsOf(file).filter(
    (target) => roomOf(target) !== roomOf(file) && floorOf(target) >= floorOf(file),
  )
  expect(wrong).toEqual([])
})

test.each(files.filter((file) => roomOf(file) === 'accounts'))(
  '%s imports only from lower floors of accounts/',
  (file) => {
    const own = ACCOUNT_FLOORS.indexOf(accountRoomOf(file))
    expect(own, 'not in a room').toBeGreaterThanOrEqual(0)
    const wrong = importsOf(file)
      .filter((target) => roomOf(target) === 'accounts')
      .filter((target) => ACCOUNT_FLOORS.indexOf(accountRoomOf(target)) > own)
    expect(wrong).toEqual([])
  },
)

test('no file leads back to itself, also not by its types', () => {
  expect(findCircle(imports)).toBeUndefined()
})

test('no two rooms side by side know each other', () => {
  // The rooms of an import are the two places where the ways down to its files part.
  const rooms = new Map<string, Set<string>>()
  for (const [file, targets] of imports) {
    const own = placesOf(file)
    for (const target of targets) {
      const others = placesOf(target)
      const index = own.findIndex((place, at) => place !== others[at])
      const [from, to] = [own[index], others[index]]
      if (!from || !to) continue
      rooms.set(from, (rooms.get(from) ?? new Set()).add(to))
    }
  }
  expect(findCircle(rooms)).toBeUndefined()
})

test('no room has more files than one can take in', () => {
  const counts = new Map<string, number>()
  for (const file of files) {
    const room = path.relative(SOURCE, path.dirname(file))
    counts.set(room, (counts.get(room) ?? 0) + 1)
  }
  const overfull = [...counts].filter(([, count]) => count > MAX_FILES_SIDE_BY_SIDE)
  expect(overfull).toEqual([])
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

/** What only one host could say: its buttons, its menus and its commands. */
const HOST_PHRASES = [
  'Connect ',
  'connect again',
  'connect another',
  'is connected',
  'Settings > Providers',
  'Codex: ',
  'the plugin',
  'the extension',
  'cao ',
]

/** Texts of the code, and comments, which are left out. */
const TEXTS_AND_COMMENTS =
  /\/\*[\s\S]*?\*\/|\/\/.*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g

test.each(belowHosts)('%s says nothing that only one host could say', (file) => {
  const texts = (readFileSync(file, 'utf8').match(TEXTS_AND_COMMENTS) ?? []).filter(
    (text) => !text.startsWith('/'),
  )
  const said = texts.filter((text) => HOST_PHRASES.some((phrase) => text.includes(phrase)))
  expect(said).toEqual([])
})

test('below the way to the backend, one file alone makes requests', () => {
  const below = files.filter((file) => floorOf(file) < floorOf(path.join(SOURCE, 'responses/x')))
  const asking = below
    .filter((file) => roomOf(file) !== 'simulator')
    .filter((file) => /(?<![\w.#])fetch\(/.test(readFileSync(file, 'utf8')))
  expect(asking.map((file) => path.relative(SOURCE, file))).toEqual(['http/call-json.ts'])
})
