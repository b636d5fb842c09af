import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdirSync} from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {makeCaoHome} from '../support/cao/run-cao.ts'
import {bundleFile} from '../support/processes/child-script.ts'
import {findFreePort} from '../support/processes/find-free-port.ts'
import {canRun} from '../support/processes/start-account-process.ts'
import {startTokenServer, type TokenServer} from '../support/servers/token-server.ts'
import {makeTemporaryFolder} from '../support/temporary-folder.ts'

/**
 * A disk that is full before a refresh, or gets full during it. It is a real one, of 256 kB, in a namespace of its own,
 * which Linux gives to ordinary users as well; where it does not, the tests are skipped.
 */

const ROOT = path.resolve(import.meta.dirname, '../..')
const EXPIRED = {user: 'ada', exp: 1_700_000_000}

/** Puts a small disk over the folder `$DISK`, with what was in the folder, and defines how it is filled. */
const PREPARE = `set -e
cp -r "$DISK" "$DISK.seed"
mount -t tmpfs -o size=256k none "$DISK"
cp -r "$DISK.seed/." "$DISK"
fill() { dd if=/dev/zero of="$DISK/fill" bs=1k 2>/dev/null || true; }
has_journal() { ls "$DISK"/*.journal "$DISK"/work/*.journal 2>/dev/null | grep -q . || grep -qs '\\\\"room' "$DISK/secrets.json"; }
fill_during_refresh() { while ! has_journal; do sleep 0.02; done; fill; echo full; }
`

/** Runs a script for `sh` with a small disk. The answer to a refresh comes when that is full. */
async function runOnSmallDisk(
  script: string,
  {env, server}: {readonly env: NodeJS.ProcessEnv; readonly server: TokenServer},
) {
  const answer = server.hold()
  const child = spawn('unshare', ['-rm', 'sh', '-c', PREPARE + script], {
    env: {
      ...process.env,
      ROOT,
      CODEX_AUTH_ISSUER_URL: server.url,
      CODEX_BACKEND_URL: 'http://127.0.0.1:9',
      CODEX_APP_API_URL: 'http://127.0.0.1:9',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes: Buffer) => {
      output += bytes.toString()
      if (/^full$/m.test(output)) answer.open()
    })
  }
  await once(child, 'close')
  return output
}

const CAN_MOUNT = canRun(['unshare', '-rm', 'mount', '-t', 'tmpfs', 'none', '/tmp'])

describe.runIf(CAN_MOUNT)('on a full disk', {timeout: 60_000}, () => {
  let program: Awaited<ReturnType<typeof bundleFile>>

  beforeAll(async () => {
    program = await bundleFile(new URL('../support/processes/editor-process.ts', import.meta.url))
  })

  afterAll(() => program.remove())

  test('cao asks for no tokens, and those that were under way are stored', async () => {
    const server = await startTokenServer(EXPIRED)
    const cao = makeCaoHome()
    cao.writeLogin('work', EXPIRED)
    cao.addAccounts('work')

    const output = await runOnSmallDisk(
      `fill
node "$ROOT/dist/cao.js" status || true
echo "before: $(grep -o 'refresh-ada-.' "$DISK/work/auth.json")"
rm "$DISK/fill"
fill_during_refresh &
node "$ROOT/dist/cao.js" status || true
wait
echo "after: $(grep -o 'refresh-ada-.' "$DISK/work/auth.json")"`,
      {
        server,
        env: {DISK: cao.base, HOME: cao.home},
      },
    )

    expect(output).toContain('There is no space left for')
    expect(output).toContain('before: refresh-ada-1\n')
    expect(server.sent).toEqual(['refresh-ada-1'])
    expect(output).toContain('after: refresh-ada-2\n')
  })

  test('a gateway in the background says where to look when it could not even write why it ended', async () => {
    const server = await startTokenServer(EXPIRED)
    const cao = makeCaoHome()
    cao.addAccounts('work')
    const port = await findFreePort()

    const output = await runOnSmallDisk(
      `node "$ROOT/dist/cao.js" gateway keys add first
fill
node "$ROOT/dist/cao.js" gateway start --detach --port ${port} && echo started || true`,
      {server, env: {DISK: cao.base, HOME: cao.home}},
    )

    expect(output).toContain('Error: The gateway ended before it listened.\nHint: Run `cao gateway')
    expect(output).not.toContain('started')
  })

  test.each([
    ['alma', 'codex'],
    ['vscode', 'chatgpt-app'],
  ])('%s stores what was under way of %s when it got full', async (editor, kind) => {
    const server = await startTokenServer(EXPIRED)
    const folder = path.join(makeTemporaryFolder(), 'editor')
    mkdirSync(folder)

    const output = await runOnSmallDisk(
      `node "$PROGRAM" ${editor} add "$DISK" "$ROOT"
fill_during_refresh &
node "$PROGRAM" ${editor} renew "$DISK" "$ROOT"
wait
node "$PROGRAM" ${editor} renew "$DISK" "$ROOT"`,
      {
        server,
        env: {DISK: folder, PROGRAM: program.file, CODEX_HOME: folder, LOGIN_KIND: kind},
      },
    )

    expect(output.trim().split('\n')).toEqual(['added', 'full', 'refresh-ada-2', 'refresh-ada-2'])
    expect(server.sent).toEqual(['refresh-ada-1'])
  })
})
