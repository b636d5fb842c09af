import {existsSync, readdirSync, readFileSync, statSync} from 'node:fs'
import path from 'node:path'
import {PassThrough} from 'node:stream'
import {expect, test} from 'vitest'
import manifest from '../manifest.json' with {type: 'json'}
import packageJson from '../package.json' with {type: 'json'}
import {UnderWay} from '../src/accounts/tokens/under-way.ts'
import {CODEX_CLIENT_VERSION} from '../src/codex/codex-client.ts'
import {createIo} from '../src/cli/io.ts'
import {runCommandLine} from '../src/cli/program.ts'
import {createManifest} from '../src/hosts/vscode/manifest.ts'
import {HELP} from '../src/simulator/help.ts'
import {accountChangeSchema} from '../src/simulator/control/account-change.ts'
import {ENDPOINT_NAMES, faultSchema} from '../src/simulator/state/fault.ts'
import {accountSeedSchema} from '../src/simulator/state/simulated-account.ts'

/** The documents say only what is there: each link, path, script, command, option and setting. */

interface Document {
  readonly name: string
  readonly text: string
}

function list(folder: string, ending: RegExp): readonly string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, {recursive: true, encoding: 'utf8'})
    .filter((name) => ending.test(name))
    .map((name) => path.posix.join(folder, name))
    .toSorted()
}

const documents: readonly Document[] = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...list('docs', /\.md$/),
  ...list('dist/vscode', /\.md$/),
].map((name) => ({name, text: readFileSync(name, 'utf8')}))

const editorManifest = createManifest({version: '1.0.0', license: 'MIT'}) as unknown as {
  readonly engines: {readonly vscode: string}
  readonly contributes: {
    readonly commands: readonly {readonly title: string}[]
    readonly configuration: {readonly properties: Readonly<Record<string, unknown>>}
  }
}

const all = documents.map(({text}) => text).join('\n')

/** What stands in backticks, in a line or as a block. */
function findCode(text: string): readonly string[] {
  const blocks = [...text.matchAll(/^```\w*\n([\s\S]*?)^```$/gm)].flatMap(([, block = '']) =>
    block.split('\n'),
  )
  const inline = text.replaceAll(/^```\w*\n[\s\S]*?^```$/gm, '').matchAll(/`([^`\n]+)`/g)
  return [...blocks, ...[...inline].map(([, code = '']) => code)]
}

function findAll(pattern: RegExp, text: string): readonly string[] {
  return [...new Set([...text.matchAll(pattern)].map(([, found = '']) => found))]
}

/** The anchors of a page, as GitHub makes them. */
function findAnchors(text: string): readonly string[] {
  return findAll(/^#+ (.+)$/gm, text).map((title) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

function read(document: string): string {
  return documents.find(({name}) => name === document)?.text ?? ''
}

test('the README can be read in a few minutes', () => {
  expect(statSync('README.md').size).toBeLessThanOrEqual(9000)
})

test.each(documents)('$name links to files and headings that are there', ({name, text}) => {
  const links = findAll(/\]\((?!https?:)([^)\s]+)\)/g, text)
  const broken = links.filter((link) => {
    const [file = '', anchor] = link.split('#')
    const target = file === '' ? name : path.join(path.dirname(name), file)
    if (!existsSync(target)) return true
    return anchor !== undefined && !findAnchors(readFileSync(target, 'utf8')).includes(anchor)
  })
  expect(broken).toEqual([])
})

test.each(documents)('$name names files of this project that are there', ({text}) => {
  const paths = findAll(
    /\b((?:src|test|scripts|\.ci|docs|assets)\/[\w./-]*[\w/])/g,
    findCode(text).join('\n'),
  )
  // Tests are named as they are run, without their ending.
  expect(paths.filter((one) => !existsSync(one) && !existsSync(`${one}.test.ts`))).toEqual([])
})

test.each(documents)('$name names scripts that package.json has', ({text}) => {
  const scripts = findAll(/\bnpm (?:run (?:--silent )?)?([a-z][\w:]*)/g, findCode(text).join('\n'))
  const own = scripts.filter((name) => !['ci', 'install', 'link'].includes(name))
  expect(own.filter((name) => !(name in packageJson.scripts))).toEqual([])
})

test('what users type has one command in a line, since PowerShell 5 does not know &&', () => {
  const shell = documents
    .filter(({name}) => name !== 'CONTRIBUTING.md' && name !== 'CHANGELOG.md')
    .flatMap(({name, text}) =>
      findAll(/^```(?:bash|sh)\n([\s\S]*?)^```$/gm, text)
        .flatMap((block) => block.split('\n'))
        .filter((line) => line.includes(' && '))
        .map((line) => `${name}: ${line}`),
    )

  expect(shell).toEqual([])
})

test('every page of the documentation is in the list of the README', () => {
  const pages = list('docs', /\.md$/)
  expect(pages.filter((page) => !read('README.md').includes(`](${page})`))).toEqual([])
})

test('versions that are named are those of today', () => {
  const packages = findAll(/openai-codex-auth-(\d[\w.]*)\.vsix/g, all)
  expect(packages).toEqual([packageJson.version])
  expect(read('docs/models.md')).toContain(`that we say we are, ${CODEX_CLIENT_VERSION}.`)
  expect(read('docs/vscode.md')).toContain(
    `VS Code ${toMinimum(editorManifest.engines.vscode)} or newer`,
  )
  expect(read('README.md')).toContain(`Node ${toMinimum(packageJson.engines.node)} or newer`)
})

/** For example `1.106` of `^1.106.0`. */
function toMinimum(range: string): string {
  return range.replace(/^\D+/, '').split('.').slice(0, 2).join('.')
}

test('the page of the architecture has every room', () => {
  const page = read('docs/architecture.md')
  const rooms = ['src', 'src/hosts', 'src/accounts'].flatMap((folder) =>
    readdirSync(folder, {withFileTypes: true})
      .filter((entry) => entry.isDirectory() && entry.name !== 'hosts')
      .map(({name}) => (folder === 'src/hosts' ? `hosts/${name}` : name)),
  )
  expect(rooms.length).toBeGreaterThan(18)
  expect(rooms.filter((room) => !page.includes(`\`${room}/\``))).toEqual([])
})

test('pictures are light enough for a repository', () => {
  const pictures = list('assets', /\.\w+$/)
  expect(pictures.length).toBeGreaterThan(2)
  expect(pictures.filter((picture) => statSync(picture).size > 150_000)).toEqual([])
})

/** What `cao` prints for `--help`. */
async function help(...command: readonly string[]): Promise<string> {
  const stdout = new PassThrough()
  const streams = {stdin: process.stdin, stdout, stderr: new PassThrough()}
  const io = createIo({...streams, env: {}} as unknown as Parameters<typeof createIo>[0])
  const place = {io, env: {}, userHome: '/nowhere', version: '1.0.0'}
  const options = {...place, fetch, now: Date.now, underWay: new UnderWay()}
  await runCommandLine([...command, '--help'], options)
  return String(stdout.read())
}

/** The names of the commands that a help lists. */
function findCommands(text: string): string[] {
  const start = text.indexOf('\nCommands:')
  return start === -1
    ? []
    : findAll(/^ {2}([a-z-]+) /gm, text.slice(start)).filter((name) => name !== 'help')
}

/** The help of a command and of each one below it, by their names. */
async function helpBelow(name: string): Promise<(readonly [string, string])[]> {
  const text = await help(...name.split(' '))
  const below = await Promise.all(findCommands(text).map((inner) => helpBelow(`${name} ${inner}`)))
  return [[name, text], ...below.flat()]
}

test('commands and options of cao are those of its help', async () => {
  const main = await help()
  const commands = findAll(/^ {2}([a-z]+) /gm, main.slice(main.indexOf('\nCommands:')))
  const trees = await Promise.all(commands.filter((name) => name !== 'help').map(helpBelow))
  const texts = new Map(trees.flat())
  const lines = findCode(all).flatMap((code) => code.match(/^(?:node dist\/cao\.js|cao) .*/) ?? [])
  const wrong = lines.filter((line) => {
    const [typed = ''] = line.split(/ -- | #/)
    const words = typed
      .replace(/^node dist\/cao\.js --data-dir \S+|^cao/, '')
      .trim()
      .split(' ')
    const names = [3, 2, 1].map((count) => words.slice(0, count).join(' '))
    const text = names.map((name) => texts.get(name)).find((found) => found) ?? main
    const options = words.filter((word) => word.startsWith('--'))
    const isUnknown = text === main && options.length === 0
    return isUnknown || options.some((option) => !text.includes(option))
  })
  expect(wrong).toEqual([])
  const page = read('docs/cao.md')
  // What is below `agent` and `gateway` has pages of its own.
  const onPage = [...texts].filter(([name]) => !name.includes(' ') || name.startsWith('import '))
  const known = onPage.map(([, text]) => text).join('\n')
  const options = findAll(/(--[a-z][a-z-]+)/g, known)
  const inTables = findAll(/(--[a-z][a-z-]+)/g, findCode(page).join('\n'))
  expect(inTables.filter((option) => !options.includes(option))).toEqual([])
  expect(options.filter((option) => !page.includes(option))).toEqual(UNTOLD_OPTIONS)
  expect(commands.filter((name) => !page.includes(`\`cao ${name}`))).toEqual(['help'])
})

/** Of a deprecated command. */
const UNTOLD_OPTIONS = ['--format']

test('the page of Alma has each of its commands and settings', () => {
  const {commands, configuration} = manifest.contributes
  const page = read('docs/alma.md')
  expect(commands.filter(({title}) => !page.includes(`**${title}**`))).toEqual([])
  expect(
    Object.keys(configuration.properties).filter((key) => !page.includes(`\`${key}\``)),
  ).toEqual([])
})

test('the page of VS Code has each command, and each setting that Alma does not have', () => {
  const {contributes} = editorManifest
  const page = read('docs/vscode.md')
  const shared = Object.keys(manifest.contributes.configuration.properties)
  const keys = Object.keys(contributes.configuration.properties)
  const own = keys.filter((key) => !shared.includes(key))
  expect(contributes.commands.filter(({title}) => !page.includes(`**Codex: ${title}**`))).toEqual(
    [],
  )
  expect(own.filter((key) => !page.includes(`\`${key}\``))).toEqual([])
  expect(findAll(/`(openaiCodex\.\w+)`/g, all).filter((key) => !keys.includes(key))).toEqual([])
})

test('the page of the simulator has its options and controls, each fault, endpoint and field of an account', () => {
  const page = read('docs/simulator.md')
  const told = [
    ...findAll(/(--[a-z-]+)/g, HELP),
    ...findAll(/(\/_simulator\/\w+)/g, HELP),
    ...faultSchema.options.map(({shape}) => `"${shape.kind.value}"`),
    ...ENDPOINT_NAMES.map((name) => `\`${name}\``),
    ...Object.keys(accountChangeSchema.shape).map((field) => `"${field}":`),
    ...Object.keys(accountSeedSchema.shape).map((field) => `\`${field}\``),
  ]
  expect(told.length).toBeGreaterThan(15)
  expect(told.filter((one) => !page.includes(one))).toEqual([])
})

test('messages that are explained are messages of the product', () => {
  const messages = findAll(
    /\*\*"([^"]+)"\*\*/g,
    read('docs/troubleshooting.md').replaceAll(/\s+/g, ' '),
  )
  const sources = list('src', /\.ts$/)
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n')
  const parts = messages.flatMap((message) => message.split('…')).map((part) => part.trim())
  expect(messages.length).toBeGreaterThan(8)
  expect(parts.filter((part) => !sources.includes(part))).toEqual([])
})

test('environment variables that are named are read somewhere', () => {
  const sources = ['src', 'test', 'scripts']
    .flatMap((folder) => list(folder, /\.(?:ts|mjs)$/))
    .filter((file) => file !== 'test/docs.test.ts')
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n')
  const names = findAll(/^([A-Z][A-Z\d]*(?:_[A-Z\d]+)+)(?:=.*)?$/gm, findCode(all).join('\n'))
  expect(names.length).toBeGreaterThan(10)
  expect(names.filter((name) => !sources.includes(name))).toEqual([])
})
