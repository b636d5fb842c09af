import {existsSync, readdirSync, readFileSync, statSync} from 'node:fs'
import path from 'node:path'
import {expect, test} from 'vitest'
import packageJson from '../../../package.json' with {type: 'json'}
import {createManifest} from '../../../src/hosts/vscode/manifest.ts'
import {COMMANDS, VENDOR} from '../../../src/hosts/vscode/names.ts'
import {createCodexSettings} from '../../../src/settings/codex-settings.ts'
import {createMemoryLog} from '../../support/memory/memory-log.ts'

/** What is read of the manifest. */
interface Manifest {
  readonly name: string
  readonly publisher: string
  readonly displayName: string
  readonly description: string
  readonly version: string
  readonly license: string
  readonly icon: string
  readonly main: string
  readonly engines: {readonly vscode: string}
  readonly categories: readonly string[]
  readonly keywords: readonly string[]
  readonly activationEvents: readonly string[]
  readonly contributes: {
    readonly authentication: readonly {id: string; label: string}[]
    readonly commands: readonly {command: string; title: string; category: string}[]
    readonly configuration: {readonly properties: Readonly<Record<string, Setting>>}
    readonly languageModelChatProviders: readonly {vendor: string; managementCommand: string}[]
    readonly views: Readonly<Record<string, readonly {id: string; icon: string; when: string}[]>>
    readonly viewsContainers: {readonly activitybar: readonly {id: string; icon: string}[]}
    readonly walkthroughs: readonly {readonly steps: readonly Step[]}[]
  }
}

interface Setting {
  readonly type: string
  readonly default: unknown
  readonly description: string
  readonly scope?: string
  readonly enum?: readonly string[]
  readonly enumDescriptions?: readonly string[]
}

interface Step {
  readonly id: string
  readonly title: string
  readonly description: string
  readonly media: {readonly markdown: string}
  readonly completionEvents: readonly string[]
}

const ROOT = path.resolve(import.meta.dirname, '../../..')
const BUILT = path.join(ROOT, 'dist/vscode')

/** Those that the marketplace shows. */
const CATEGORIES = [
  'AI',
  'Azure',
  'Chat',
  'Data Science',
  'Debuggers',
  'Extension Packs',
  'Education',
  'Formatters',
  'Keymaps',
  'Language Packs',
  'Linters',
  'Machine Learning',
  'Notebooks',
  'Programming Languages',
  'SCM Providers',
  'Snippets',
  'Testing',
  'Themes',
  'Visualization',
  'Other',
]

/** Contexts that the extension sets. */
const CONTEXTS = ['openaiCodex.loggedIn', 'openaiCodex.answered']

const {license, version} = packageJson
const manifest = createManifest({license, version}) as unknown as Manifest
const {contributes} = manifest
const settings = contributes.configuration.properties
const commands = contributes.commands.map(({command}) => command)
const views = Object.values(contributes.views).flatMap((list) => list.map(({id}) => id))
const steps = contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps)

/** The sources that become the extension, and the texts that come with it. */
const sources = [
  path.join(ROOT, 'src/vscode.ts'),
  ...readdirSync(path.join(ROOT, 'src/hosts/vscode'), {recursive: true, encoding: 'utf8'})
    .filter((name) => /\.(?:ts|md)$/.test(name))
    .map((name) => path.join(ROOT, 'src/hosts/vscode', name)),
].map((file) => ({name: path.relative(ROOT, file), text: readFileSync(file, 'utf8')}))

function findAll(pattern: RegExp, texts = sources): readonly string[] {
  const found = texts.flatMap(({text}) => [...text.matchAll(pattern)].map(([, name = '']) => name))
  return [...new Set(found)].toSorted()
}

test('the build writes what is tested here', () => {
  expect(JSON.parse(readFileSync(path.join(BUILT, 'package.json'), 'utf8'))).toEqual(manifest)
})

test('the marketplace takes the name, the publisher and the version', () => {
  expect(manifest.name).toMatch(/^[a-z0-9][a-z0-9-]*$/)
  expect(manifest.publisher).toMatch(/^[a-z0-9][a-z0-9-]*$/)
  expect(manifest.version).toMatch(/^\d+\.\d+\.\d+$/)
  expect(manifest.version).toBe(packageJson.version)
  expect(manifest.license).toBe('MIT')
  expect(manifest.displayName).toBe('OpenAI Codex Auth')
  expect(manifest.description.length).toBeGreaterThan(40)
})

test('it runs in the editor whose types it is written against, and in later ones', () => {
  const [, minor] = /^\^1\.(\d+)\.0$/.exec(manifest.engines.vscode) ?? []
  expect(packageJson.devDependencies['@types/vscode']).toMatch(new RegExp(`^1\\.${minor}\\.`))
})

test('users find it: the categories are known, and there are not too many keywords', () => {
  expect(manifest.categories.filter((category) => !CATEGORIES.includes(category))).toEqual([])
  expect(manifest.categories).not.toEqual([])
  expect(manifest.keywords.length).toBeLessThanOrEqual(30)
  expect(new Set(manifest.keywords).size).toBe(manifest.keywords.length)
})

test('the icon is a PNG of at least 128 points a side', () => {
  const icon = readFileSync(path.join(BUILT, manifest.icon))
  expect(icon.subarray(1, 4).toString()).toBe('PNG')
  expect(icon.readUInt32BE(16)).toBeGreaterThanOrEqual(128)
  expect(icon.readUInt32BE(20)).toBe(icon.readUInt32BE(16))
})

test.each([manifest.main, 'README.md', 'CHANGELOG.md', 'LICENSE.txt', 'chat.png'])(
  'the package has %s',
  (name) => {
    expect(statSync(path.join(BUILT, name)).size).toBeGreaterThan(0)
  },
)

test('the changes of this version are told', () => {
  const changes = readFileSync(path.join(BUILT, 'CHANGELOG.md'), 'utf8')
  expect(changes).toContain(`## ${manifest.version}\n`)
})

test('every picture of the README is in the package', () => {
  const readme = {name: 'README.md', text: readFileSync(path.join(BUILT, 'README.md'), 'utf8')}
  const pictures = findAll(/!\[[^\]]*\]\(([^)]+)\)/g, [readme])
  expect(pictures.filter((picture) => !existsSync(path.join(BUILT, picture)))).toEqual([])
})

test('it starts after the editor, and for an address of its own, and for nothing else', () => {
  expect(manifest.activationEvents).toEqual(['onStartupFinished', 'onUri'])
})

test('every command has a title, and is known under one name', () => {
  expect(commands).toEqual(Object.values(COMMANDS))
  for (const {category, title} of contributes.commands) {
    expect(title).toMatch(/^[A-Z]/)
    expect(category).toBe('Codex')
  }
})

test('every command and every setting that the sources name is there', () => {
  const known = [...commands, ...Object.keys(settings), ...CONTEXTS, ...views]
  const named = findAll(/['`(](openaiCodex\.\w+)/g)
  expect(named.filter((name) => !known.includes(name))).toEqual([])
  expect(named).toEqual(expect.arrayContaining(commands))
})

test('every command that a sentence names has that title', () => {
  const titles = contributes.commands.map(({category, title}) => `${category}: ${title}`)
  const named = findAll(/\b(Codex: [A-Z][A-Za-z ]*[A-Za-z]…?)/g)
  expect(named).toContain('Codex: Log In')
  expect(named.filter((name) => !titles.includes(name))).toEqual([])
})

/** The settings that the code reads: those of every host, and those that only this one has. */
function findSettingsRead(): readonly string[] {
  const read = new Set<string>()
  const note = (key: string) => void read.add(key)
  const shared = createCodexSettings({settings: {get: note}, log: createMemoryLog().log})
  for (const ask of Object.values(shared)) ask()
  const own = sources.filter(({text}) => text.includes("getConfiguration('openaiCodex')"))
  const names = findAll(/\.get\('(\w+)'\)/g, own)
  return [...new Set([...read, ...names.map((name) => `openaiCodex.${name}`)])].toSorted()
}

test('every setting that the code reads is there, and no other', () => {
  expect(Object.keys(settings).toSorted()).toEqual(findSettingsRead())
})

test.each(Object.entries(settings))(
  '%s has a type, a default and a description',
  (_key, setting) => {
    expect(['string', 'boolean']).toContain(setting.type)
    expect(typeof setting.default).toBe(setting.type)
    expect(setting.description).toMatch(/^[A-Z].*\.$/)
    const {enum: choices = [setting.default], enumDescriptions = choices} = setting
    expect(choices).toContain(setting.default)
    expect(enumDescriptions).toHaveLength(choices.length)
  },
)

function readSettings(get: (key: string) => unknown) {
  const {log, lines} = createMemoryLog()
  const codexSettings = createCodexSettings({settings: {get}, log})
  const values = Object.entries(codexSettings).map(([name, ask]) => [name, ask()] as const)
  return {values, lines}
}

test('the defaults mean the same as no settings at all', () => {
  const defaults = readSettings((key) => settings[key]?.default)
  expect(defaults.lines).toEqual([])
  expect(defaults.values).toEqual(readSettings(() => undefined).values)
})

test.each(
  Object.entries(settings).flatMap(([key, setting]) =>
    (setting.enum ?? []).map((value) => [key, value] as const),
  ),
)('the code understands %s: %s', (key, value) => {
  const {lines} = readSettings((asked) => (asked === key ? value : undefined))
  expect(lines).toEqual([])
})

test('the models are those of the vendor who is logged in to', () => {
  expect(contributes.languageModelChatProviders).toMatchObject([
    {vendor: VENDOR, managementCommand: COMMANDS.manage},
  ])
  expect(contributes.authentication).toMatchObject([{id: VENDOR}])
})

test.each(steps.map((step) => [step.id, step] as const))(
  'the step %s leads somewhere',
  (_id, step) => {
    expect(existsSync(path.join(BUILT, step.media.markdown))).toBe(true)
    const links = findAll(/\]\(command:([^)]+)\)/g, [{name: step.id, text: step.description}])
    expect(links).not.toEqual([])
    expect(links.filter((command) => !commands.includes(command))).toEqual([])
    const ends = [
      ...links.map((command) => `onCommand:${command}`),
      ...CONTEXTS.map((context) => `onContext:${context}`),
      'onSettingChanged:chat.byokUtilityModelDefault',
    ]
    expect(step.completionEvents).not.toEqual([])
    expect(step.completionEvents.filter((event) => !ends.includes(event))).toEqual([])
  },
)

test('the side bar has a view for those who are logged in, with a picture', () => {
  const [place] = contributes.viewsContainers.activitybar
  expect(Object.keys(contributes.views)).toEqual([place?.id])
  expect(contributes.views['openaiCodex']).toMatchObject([
    {id: 'openaiCodex.usage', when: 'openaiCodex.loggedIn'},
  ])
  expect(readFileSync(path.join(BUILT, place?.icon ?? ''), 'utf8')).toMatch(/^<svg /)
})

test('no page of the walkthrough is left over', () => {
  const pages = readdirSync(path.join(BUILT, 'walkthrough')).map((name) => `walkthrough/${name}`)
  expect(pages.toSorted()).toEqual(steps.map(({media}) => media.markdown).toSorted())
})

test('only the user says which logins are used, and how to log in: no workspace, no container', () => {
  const open = Object.entries(settings).filter(([, {scope}]) => scope !== 'application')
  expect(open.map(([key]) => key)).toEqual([
    'openaiCodex.reasoningSummary',
    'openaiCodex.textVerbosity',
  ])
})
