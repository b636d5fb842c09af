import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {text} from 'node:stream/consumers'
import {build} from 'esbuild'
import {beforeAll, expect, onTestFinished, test} from 'vitest'

let bundle = ''

beforeAll(async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'simulator-'))
  bundle = path.join(directory, 'simulator.js')
  const entry = path.resolve(import.meta.dirname, '../../src/simulator.ts')
  const format = {bundle: true, platform: 'node', format: 'esm'} as const
  // As in `esbuild.config.mjs`: one of its libraries is CommonJS.
  const banner = `import {createRequire} from 'node:module'\nconst require = createRequire(import.meta.url)`
  await build({...format, banner: {js: banner}, entryPoints: [entry], outfile: bundle})
  return () => rm(directory, {recursive: true})
})

function start(...args: readonly string[]) {
  const child = spawn(process.execPath, [bundle, ...args], {stdio: ['ignore', 'pipe', 'pipe']})
  onTestFinished(() => void child.kill())
  return child
}

test('runs as a command until Ctrl-C, and answers at the address that it prints', async () => {
  const child = start('--account', 'ada@example.com:pro')
  const [printed] = (await once(child.stdout, 'data')) as [Buffer]
  const address = /CODEX_AUTH_ISSUER_URL=(\S+)/.exec(String(printed))?.[1] ?? ''

  const home = await (await fetch(address)).text()
  child.kill('SIGINT')
  const [code] = (await once(child, 'close')) as [number | null]

  expect(home).toContain('<li>ada@example.com (plan: pro)</li>')
  expect(code).toBe(0)
})

test('explains a wrong flag and fails', async () => {
  const child = start('--prot', '8080')

  const [message] = await Promise.all([text(child.stderr), once(child, 'close')])

  expect(message).toContain("Unknown option '--prot'")
  expect(child.exitCode).toBe(1)
})

test('explains a port that is taken and fails', async () => {
  const first = start()
  const [printed] = (await once(first.stdout, 'data')) as [Buffer]
  const port = /listens at http:\/\/127\.0\.0\.1:(\d+)/.exec(String(printed))?.[1] ?? ''
  const second = start('--port', port)

  const [message] = await Promise.all([text(second.stderr), once(second, 'close')])

  expect(message).toContain('EADDRINUSE')
  expect(message).toContain('Try another port')
  expect(second.exitCode).toBe(1)
})
