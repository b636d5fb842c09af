import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {expect, test, vi} from 'vitest'
import {OutputParser} from '../../src/agent/protocol/container-output.ts'
import {makeCaoHome} from '../support/cao/run-cao.ts'
import {eventually} from '../support/eventually.ts'

/** What a host, a terminal and a machine do to a run: signals, a closed output, an input that stays open, long messages. */

vi.setConfig({testTimeout: 60_000})

/** Answers with the length of what it was asked. With a file `slow` it never does; as long as there is a file `hold`, it waits. */
const CODEX = `echo '{"type":"thread.started","thread_id":"t1"}'
length=$(wc -c)
while [ -f "$CODEX_HOME/hold" ]; do sleep 0.05; done
if [ -f "$CODEX_HOME/slow" ]; then sleep 100 & echo "$! " > "$CODEX_HOME/child"; wait; fi
printf '{"type":"item.completed","item":{"type":"agent_message","text":"%s"}}\\n' "$length"
echo '{"type":"turn.completed","usage":{"input_tokens":1,"output_tokens":1}}'`

function makeGroup() {
  const cao = makeCaoHome()
  const inHome = (...parts: readonly string[]) => path.join(cao.home, ...parts)
  const codexHome = inHome('codex')
  for (const name of ['codex', 'group', 'ipc', 'global']) mkdirSync(inHome(name))
  const key = '{"auth_mode":"apikey","OPENAI_API_KEY":"sk-1"}'
  writeFileSync(path.join(codexHome, 'auth.json'), key, {mode: 0o600})
  const places = ['group', 'ipc', 'global'].flatMap((name) => [`--${name}-dir`, inHome(name)])
  const codex = cao.writeCodex(CODEX)
  return {
    cao,
    codexHome,
    args: ['agent', 'run', ...places, '--codex-home', codexHome, '--codex', codex],
  }
}

const toInput = (prompt: string) =>
  JSON.stringify({prompt, groupFolder: 'dev', chatJid: '1', isMain: false, provider: 'codex'})
const toOutputs = (stdout: string) => new OutputParser().push(stdout)

test.each(['SIGHUP', 'SIGTERM'] as const)(
  '%s, twice: all ends, and the host hears of it',
  async (signal) => {
    const {args, cao, codexHome} = makeGroup()
    writeFileSync(path.join(codexHome, 'slow'), '')
    const child = path.join(codexHome, 'child')
    const run = cao.start(args, {input: toInput('hello')})
    await eventually(() => expect(existsSync(child) && readFileSync(child, 'utf8')).toMatch(/\d /))
    run.kill(signal)
    run.kill(signal)

    const {code, stdout} = await run.result
    expect(code).toBe(0)
    expect(toOutputs(stdout)).toMatchObject([
      {error: 'Codex was stopped by its host. Ask again.', notice: 'sent'},
    ])
    const pid = readFileSync(child, 'utf8').trim()
    await eventually(() => expect(existsSync(`/proc/${pid}/fd/0`)).toBe(false))
  },
)

test('an input that stays open, ten megabytes, and an output that nobody reads', async () => {
  const {args, cao, codexHome} = makeGroup()
  const open = cao.start(args, {isOpen: true})
  open.write(toInput('hello'))
  expect(toOutputs((await open.result).stdout)).toMatchObject([{status: 'success'}])

  const long = await cao.run(args, {input: toInput('x'.repeat(10_000_000))})
  expect(Number(toOutputs(long.stdout)[0]?.result)).toBeGreaterThan(10_000_000)

  const hold = path.join(codexHome, 'hold')
  writeFileSync(hold, '')
  const closed = await cao.run(args, {
    input: toInput('hello'),
    under: ['sh', '-c', `{ "$@"; echo "code $?" >&2; } | { exec 0<&-; rm ${hold}; }`, 'sh'],
  })
  expect(closed.stderr).toBe(
    '[agent-runner] error: the host has closed the output, so it does not get the answer\ncode 1\n',
  )
})
