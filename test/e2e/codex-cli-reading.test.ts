import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdirSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import {beforeAll, describe, expect, test} from 'vitest'
import {AUTH_FILE_SAMPLES, READ_BY_CODEX} from '../support/accounts/auth-file-samples.ts'
import {CODEX_VERSIONS, findCodexProgram, installCodexCli} from '../support/cao/codex-cli.ts'
import {makeTemporaryFolder} from '../support/temporary-folder.ts'
import {RUNS_FACTOR} from '../support/thoroughness.ts'

/** What was recorded of the files that the official CLI can read, against what it can read. */

/** Of how many files the CLI is asked about one: its releases do not change. All of them with `GENERATED_RUNS=10`. */
const EVERY = RUNS_FACTOR < 10 ? 9 : 1
const AT_ONCE = 4

beforeAll(installCodexCli, 240_000)

/** Asks the CLI whether it finds the login of a ChatGPT account in this file. */
async function isRead(program: string, content: Buffer | string): Promise<boolean> {
  const home = makeTemporaryFolder()
  mkdirSync(home, {recursive: true})
  writeFileSync(path.join(home, 'auth.json'), content)
  writeFileSync(path.join(home, 'config.toml'), 'cli_auth_credentials_store = "file"\n')
  const env = {
    PATH: process.env['PATH'],
    HOME: home,
    CODEX_HOME: home,
    HTTPS_PROXY: 'http://127.0.0.1:9',
  }
  const child = spawn(program, ['login', 'status'], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output: string[] = []
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => output.push(String(text)))
  await once(child, 'close')
  return child.exitCode === 0 && output.join('').includes('Logged in using ChatGPT')
}

describe.each(CODEX_VERSIONS)('Codex CLI %s', (version) => {
  test('reads the files that were recorded, and no others', async () => {
    const program = findCodexProgram(version)
    const names = Object.keys(AUTH_FILE_SAMPLES).filter((_, index) => index % EVERY === 0)
    const queue = names.values()
    const found: Record<string, boolean> = {}
    const work = async () => {
      for (const name of queue) {
        found[name] = await isRead(program, AUTH_FILE_SAMPLES[name]!)
      }
    }
    await Promise.all(Array.from({length: AT_ONCE}, work))

    const read = names.filter((name) => found[name])
    expect(read).toEqual(names.filter((name) => READ_BY_CODEX.includes(name)))
    expect(read.length).toBeGreaterThan(5)
    expect(names.length - read.length).toBeGreaterThan(5)
  }, 300_000)
})
