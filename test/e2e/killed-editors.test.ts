import {spawn} from 'node:child_process'
import {once} from 'node:events'
import path from 'node:path'
import process from 'node:process'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {bundleFile} from '../support/processes/child-script.ts'
import {startTokenServer} from '../support/servers/token-server.ts'
import {makeTemporaryFolder} from '../support/temporary-folder.ts'

/**
 * An editor that is killed between the server's answer to a refresh and the store keeps its login: it finds the answer
 * in the journal when it starts again.
 */

const ROOT = path.resolve(import.meta.dirname, '../..')
let program: Awaited<ReturnType<typeof bundleFile>>

beforeAll(async () => {
  program = await bundleFile(new URL('../support/processes/editor-process.ts', import.meta.url))
})

afterAll(() => program.remove())

async function run(args: readonly string[], env: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, [program.file, ...args, ROOT], {
    env: {...process.env, ...env},
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (bytes: Buffer) => void (output += bytes.toString()))
  const [, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  return {signal, output: output.trim()}
}

test.each([
  ['alma', 'codex'],
  ['alma', 'chatgpt-app'],
  ['vscode', 'codex'],
  ['vscode', 'chatgpt-app'],
])(
  '%s, killed before an account of %s is stored, has its login when it starts again',
  {timeout: 60_000},
  async (editor, kind) => {
    const server = await startTokenServer({user: 'ada', exp: 1_700_000_000})
    const folder = path.join(makeTemporaryFolder(), 'editor')
    const env = {
      CODEX_AUTH_ISSUER_URL: server.url,
      CODEX_BACKEND_URL: 'http://127.0.0.1:9',
      CODEX_APP_API_URL: 'http://127.0.0.1:9',
      LOGIN_KIND: kind,
      CODEX_HOME: folder,
    }
    await run([editor, 'add', folder], env)

    const killed = await run([editor, 'die', folder], env)
    const next = await run([editor, 'renew', folder], env)

    expect(killed.signal).toBe('SIGKILL')
    // The server was asked once: the token that was spent would have been refused, and the login have ended.
    expect(server.sent).toEqual(['refresh-ada-1'])
    expect(next).toEqual({signal: null, output: 'refresh-ada-2'})
  },
)
