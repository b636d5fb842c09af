import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import {expect, test} from 'vitest'
import {makeCaoHome, type CaoHome, type CaoRunOptions} from '../support/cao/run-cao.ts'
import {scaleRuns} from '../support/thoroughness.ts'

/** The defects of the first version of this command, each of which ours must not have, and what can go wrong besides. */

const CONFIG = '# mine\nmodel = "gpt-5.5" # why\n\n[profiles.work]\nmodel_provider = "azure"\n'
const BEGIN = '# >>> cao gateway'
const ENABLE = ['gateway', 'enable'] as const
const DISABLE = ['gateway', 'disable'] as const

interface Place {
  readonly cao: CaoHome
  readonly config: string
  readonly shim: string
  /** The real Codex CLI. */
  readonly codex: string
  readonly options: CaoRunOptions
}

/** A home with a Codex CLI in the PATH, after the folder of the shim, and one login: that of an account. */
function makePlace(config?: string): Place {
  const cao = makeCaoHome()
  const bin = path.join(cao.home, 'bin')
  mkdirSync(bin)
  const codex = path.join(bin, 'codex')
  writeFileSync(codex, '#!/bin/sh\necho real "$@"\n')
  chmodSync(codex, 0o755)
  const file = path.join(cao.home, '.codex/config.toml')
  if (config !== undefined) {
    mkdirSync(path.dirname(file))
    writeFileSync(file, config)
    cao.addAccounts('work')
    cao.writeLogin('work', {user: 'ada'})
    cpSync(path.join(cao.base, 'work/auth.json'), path.join(cao.home, '.codex/auth.json'))
  }
  const shim = path.join(cao.home, '.local/bin/codex')
  const search = [path.dirname(shim), bin, path.dirname(process.execPath), '/usr/bin', '/bin']
  return {cao, config: file, shim, codex, options: {env: {PATH: search.join(':')}}}
}

function read(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

test('enable leads Codex to the gateway, and disable leaves nothing of it behind', async () => {
  const {cao, config, shim, codex, options} = makePlace(CONFIG)

  const enabled = await cao.call(ENABLE, options.env)
  expect(enabled).toMatchObject({code: 0, stderr: ''})
  expect(enabled.stdout).toBe(
    `Codex config updated: ${config}\nCodex shim installed: ${shim}\nReal codex: ${codex}\n`,
  )
  expect(read(config)).toContain('openai_base_url = "http://127.0.0.1:4319/v1"')
  expect(read(config)).toContain('chatgpt_base_url = "http://127.0.0.1:4319/backend-api/"')
  expect(statSync(config).mode & 0o777).toBe(0o644)

  const disabled = await cao.call(DISABLE, options.env)
  expect(disabled.stdout).toBe(`Codex config restored: ${config}\nCodex shim removed.\n`)
  expect(read(config)).toBe(CONFIG)
  expect(statSync(config).mode & 0o777).toBe(0o644)
  expect(readdirSync(path.dirname(config))).toEqual(['auth.json', 'config.toml'])
  expect(existsSync(path.join(cao.home, '.local'))).toBe(false)
  expect((await cao.call(DISABLE, options.env)).stdout).toContain('No codex shim found.')
})

test('what was not there before is not there afterwards, and later edits are', async () => {
  const {cao, config, options} = makePlace()

  await cao.call(ENABLE, options.env)
  await cao.call(DISABLE, options.env)
  expect(existsSync(path.dirname(config))).toBe(false)

  await cao.call(ENABLE, options.env)
  writeFileSync(config, `${read(config)}[features]\napps = false\n`)
  await cao.call(DISABLE, options.env)
  expect(read(config)).toBe('[features]\napps = false\n')
})

test('a Codex without a login of an account gets a client key, which ends with it', async () => {
  const {cao, config, options} = makePlace()
  const list = async () => (await cao.call(['gateway', 'keys', 'list'], options.env)).stdout

  const {stdout} = await cao.call(ENABLE, options.env)
  expect(stdout).toContain('Codex has no login of your accounts here: it uses a client key')
  const [key = ''] = /cao_[\w-]{43}/.exec(read(config) ?? '') ?? []
  expect(key).not.toBe('')
  expect(read(config)).toContain('model_provider = "cao_gateway"')
  expect(statSync(config).mode & 0o777).toBe(0o600)
  expect(await list()).toMatch(/^[\da-f]{8} codex \| interactive \| for: answers, images, codex/)

  await cao.call(ENABLE, options.env)
  expect(read(config)).not.toContain(key)
  expect((await list()).trim().split('\n')).toHaveLength(1)
  await cao.call(DISABLE, options.env)
  expect(await list()).toContain('No client keys yet.')
})

test('the shim is put over nothing and over one of ours, and never through a link', async () => {
  const {cao, shim, codex, options} = makePlace(CONFIG)
  mkdirSync(path.dirname(shim), {recursive: true})
  symlinkSync(codex, shim)

  const linked = await cao.call(ENABLE, options.env)
  expect(linked.stderr).toContain(`${shim} is another program's, and was left alone`)
  expect(lstatSync(shim).isSymbolicLink()).toBe(true)
  expect(read(codex)).toBe('#!/bin/sh\necho real "$@"\n')
  await cao.call(DISABLE, options.env)
  expect(lstatSync(shim).isSymbolicLink()).toBe(true)
})

test("the user's own wrapper is neither written over nor removed", async () => {
  const {cao, shim, options} = makePlace(CONFIG)
  mkdirSync(path.dirname(shim), {recursive: true})
  writeFileSync(shim, '#!/bin/sh\nexec nice codex "$@"\n')

  await cao.call(ENABLE, options.env)
  expect(read(shim)).toBe('#!/bin/sh\nexec nice codex "$@"\n')
  await cao.call(DISABLE, options.env)
  expect(read(shim)).toBe('#!/bin/sh\nexec nice codex "$@"\n')
})

test('a shim of the first version of this command is replaced, and found to be no real Codex', async () => {
  const {cao, shim, codex, options} = makePlace(CONFIG)
  mkdirSync(path.dirname(shim), {recursive: true})
  writeFileSync(shim, '#!/usr/bin/env bash\n# CAO GATEWAY SHIM\nexec /old "$@"\n', {mode: 0o755})

  expect((await cao.call(ENABLE, options.env)).stdout).toContain(`Real codex: ${codex}\n`)
  expect(read(shim)).not.toContain('/old')
})

test('without a Codex CLI in the PATH, nothing is changed', async () => {
  const {cao, config, shim} = makePlace(CONFIG)
  const env = {PATH: `/usr/bin:/bin:${path.dirname(process.execPath)}`}

  const {code, stderr} = await cao.call(ENABLE, env)

  expect(code).toBe(1)
  expect(stderr).toBe(
    'Error: There is no Codex CLI in the PATH, so nothing was changed.\nHint: Install it with npm install -g @openai/codex.\n',
  )
  expect(read(config)).toBe(CONFIG)
  expect(existsSync(shim)).toBe(false)
})

test.each([
  ['a command for a shell', 'http://x$(touch hacked)'],
  ['a server that tokens must not go to in the clear', 'http://example.com'],
  ['a path that leads the CLI past the gateway', 'http://127.0.0.1:4319/backend-api/codex'],
])('an address with %s is refused in one sentence', async (_, url) => {
  const {cao, config, shim, options} = makePlace(CONFIG)

  const {code, stderr} = await cao.call([...ENABLE, '--base-url', url], options.env)

  expect(code).toBe(1)
  expect(stderr).toMatch(/^Error: --base-url must be [^\n]*\n$/)
  expect(read(config)).toBe(CONFIG)
  expect(existsSync(shim)).toBe(false)
  expect(existsSync(path.join(cao.home, 'hacked'))).toBe(false)
})

test('settings that are no TOML are refused in one sentence, and left as they are', async () => {
  const {cao, config, shim, options} = makePlace('model = "x\n')

  const {code, stderr} = await cao.call(ENABLE, options.env)

  expect(code).toBe(1)
  expect(stderr).toMatch(
    /^Error: .*config\.toml was left as it is\. It is not valid TOML \(line 1.*\n$/,
  )
  expect(read(config)).toBe('model = "x\n')
  expect(existsSync(shim)).toBe(false)
})

test('a read-only file is left alone, and a link stays a link', async () => {
  const {cao, config, options} = makePlace(CONFIG)
  const real = path.join(cao.home, 'dotfiles.toml')
  writeFileSync(real, CONFIG)
  const home = path.join(cao.home, 'linked')
  mkdirSync(home)
  symlinkSync(real, path.join(home, 'config.toml'))
  chmodSync(config, 0o444)

  const {code, stderr} = await cao.call(ENABLE, options.env)
  expect(code).toBe(1)
  expect(stderr).toMatch(/^Error: .*config\.toml is read-only, so it was left as it is\./)
  expect(read(config)).toBe(CONFIG)

  const linked = {...options.env, CODEX_HOME: home}
  await cao.call(ENABLE, linked)
  expect(read(real)).toContain(BEGIN)
  // Whatever the environment names by then.
  await cao.call(DISABLE, options.env)
  expect(read(real)).toBe(CONFIG)
  expect(lstatSync(path.join(home, 'config.toml')).isSymbolicLink()).toBe(true)
})

test('a disk that is full leaves everything as it was', async () => {
  const long = `${CONFIG}${'# filling\n'.repeat(400)}`
  const {cao, config, shim, options} = makePlace(long)
  // No file may become larger than 2 blocks of 1 kB. The signal for it would end the program.
  const under = ['sh', '-c', `trap '' XFSZ; ulimit -f 2; exec "$@"`, 'sh']

  const {code, stderr} = await cao.run(ENABLE, {...options, under})

  expect(code).toBe(1)
  expect(stderr).toMatch(/^Error: There is no space left for .*config\.toml\./)
  expect(read(config)).toBe(long)
  expect(existsSync(shim)).toBe(false)
  expect(readdirSync(path.dirname(config))).toEqual(['auth.json', 'config.toml'])
})

test('two commands at once make one change', async () => {
  const {cao, config, shim, options} = makePlace(CONFIG)

  await Promise.all([cao.run(ENABLE, options), cao.run(ENABLE, options)])
  expect(read(config)?.split(BEGIN)).toHaveLength(2)
  await Promise.all([cao.run(DISABLE, options), cao.run(DISABLE, options)])
  expect(read(config)).toBe(CONFIG)
  expect(existsSync(shim)).toBe(false)
})

/** More changes than either command makes. */
const MOST_CHANGES = 16
const STEPS = scaleRuns(6, 3)
const KILLER = new URL('../support/processes/kill-at-change.mjs', import.meta.url)

test.each(
  Array.from({length: STEPS}, (_, index) => Math.ceil(((index + 1) * MOST_CHANGES) / STEPS)),
)(
  'whatever is killed at its change number %i is taken back by the next command',
  async (change) => {
    const {cao, config, shim, options} = makePlace(CONFIG)
    const killed = {NODE_OPTIONS: `--import=${KILLER.href}`, KILL_AT_CHANGE: String(change)}
    for (const command of [ENABLE, DISABLE]) {
      if (command === DISABLE) await cao.call(ENABLE, options.env)
      await cao.run(command, {...options, env: {...options.env, ...killed}})
      await cao.call(['list'], options.env)
      expect(['off', 'on']).toContain(describePlace({config, shim}))
    }
  },
)

/** All of it, nothing of it, or what is left of it. */
function describePlace({config, shim}: Pick<Place, 'config' | 'shim'>): string {
  const files = readdirSync(path.dirname(config)).join(' ')
  const text = read(config) ?? ''
  if (text === CONFIG && files === 'auth.json config.toml' && !existsSync(shim)) return 'off'
  return text.includes(BEGIN) && existsSync(shim) ? 'on' : `${files} ${existsSync(shim)} ${text}`
}

test('the shim gives its arguments to the real Codex, and says when it leads back to itself', async () => {
  const {cao, shim, codex, options} = makePlace(CONFIG)
  await cao.run(ENABLE, options)
  // One that runs: the test itself.
  writeFileSync(path.join(cao.base, 'gateway.state.json'), `{\n  "pid": ${process.pid}\n}`)
  const run = () => cao.runProgram([shim, 'exec', 'a b', '$(c)'], options)

  expect((await run()).stdout).toBe('real exec a b $(c)\n')

  writeFileSync(codex, `#!/bin/sh\nexec "${shim}" "$@"\n`)
  expect((await run()).stderr).toContain('leads back to this file')
})
