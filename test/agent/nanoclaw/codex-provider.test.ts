import {chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {expect, test} from 'vitest'
import {createCodexProvider} from '../../../src/agent/nanoclaw/codex-provider.ts'
import type {AgentQuery, ProviderEvent} from '../../../src/agent/nanoclaw/provider-seam.ts'
import {withFailover} from '../../../src/agent/nanoclaw/with-failover.ts'
import {eventually} from '../../support/eventually.ts'
import {makeTemporaryFolder} from '../../support/temporary-folder.ts'

/** The seam of NanoClaw v2, with a program that speaks as the official CLI does. */

const THREAD = 'a3c1e8f0-52a5-4f0b-9a5c-2a1f3f0f7a11'
const NOW = Date.UTC(2026, 10, 30, 13, 10)

function toLines(...events: readonly object[]): string {
  return events.map((event) => `echo '${JSON.stringify(event)}'`).join('\n')
}

const STARTED = {type: 'thread.started', thread_id: THREAD}
const DONE = {type: 'turn.completed', usage: {input_tokens: 1, output_tokens: 1}}
const ANSWER = `${toLines(STARTED)}
mkdir -p "$CODEX_HOME/sessions"
: > "$CODEX_HOME/sessions/rollout-1-${THREAD}.jsonl"
text=$(tr -d '\\n' < "$CODEX_HOME/asked" | tail -c 60)
printf '{"type":"item.completed","item":{"type":"agent_message","text":"heard: %s"}}\\n' "$text"
${toLines(DONE)}`
const LIMIT = `${toLines(STARTED, {
  type: 'turn.failed',
  error: {message: 'The usage limit has been reached'},
})}
exit 1`

/** A provider whose CLI notes what it was called with, and then does this. */
function makeProvider(script: string, options: {readonly isLoggedIn?: boolean} = {}) {
  const root = makeTemporaryFolder()
  const codexHome = path.join(root, 'codex')
  mkdirSync(codexHome)
  const file = path.join(root, 'fake')
  writeFileSync(
    file,
    `#!/bin/sh\necho "$@" >> ${root}/arguments\nenv > ${root}/env\ncat > ${codexHome}/asked\n${script}\n`,
  )
  chmodSync(file, 0o755)
  if (options.isLoggedIn ?? true) {
    const auth = {auth_mode: 'apikey', OPENAI_API_KEY: 'sk-proj-1'}
    writeFileSync(path.join(codexHome, 'auth.json'), JSON.stringify(auth))
  }
  const env = {PATH: process.env['PATH'], TZ: 'Europe/Madrid', ANTHROPIC_API_KEY: 'sk-ant-1'}
  const provider = createCodexProvider({codexHome, codex: file, env, now: () => NOW})
  const read = (name: string) => readFileSync(path.join(root, name), 'utf8')
  const isThere = (name: string) => existsSync(path.join(root, name))
  return {root, codexHome, provider, read, isThere}
}

async function collect(query: AgentQuery): Promise<ProviderEvent[]> {
  const events = []
  for await (const event of query.events) if (event.type !== 'activity') events.push(event)
  return events
}

function ask({provider, root}: ReturnType<typeof makeProvider>, continuation?: string) {
  const systemContext = {instructions: 'Be kind.'}
  const rest = continuation === undefined ? {} : {continuation}
  return provider.query({prompt: 'hello', cwd: root, systemContext, ...rest})
}

test('answers, and answers what is pushed meanwhile in the same conversation', async () => {
  const made = makeProvider(ANSWER)
  const query = ask(made)
  query.push('and one more')
  query.end()

  expect(await collect(query)).toEqual([
    {type: 'init', continuation: THREAD},
    {type: 'result', text: 'heard: Be kind.hello'},
    {type: 'init', continuation: THREAD},
    {type: 'result', text: 'heard: and one more'},
  ])
  expect(made.read('arguments').trim().split('\n')[1]).toMatch(new RegExp(`resume ${THREAD} -$`))
  // Nothing of the other provider's secrets reaches it.
  expect(made.read('env')).not.toContain('sk-ant-1')
})

test('what went wrong is for the log of the host, and a sentence for the user', async () => {
  const made = makeProvider(LIMIT)
  const query = ask(made)
  query.end()

  const message =
    'Codex has reached the usage limit of its account. Ask again later, or log in with another account.'
  expect(await collect(query)).toEqual([
    {type: 'init', continuation: THREAD},
    {type: 'error', message, retryable: false, classification: 'quota'},
    {type: 'result', text: message, isError: true},
  ])
})

test('without a login it does not begin, and says how to log in', async () => {
  const made = makeProvider(ANSWER, {isLoggedIn: false})
  const query = ask(made)
  query.end()

  const events = await collect(query)

  expect(events).toMatchObject([{type: 'error', classification: 'auth'}, {isError: true}])
  expect(events[1]).toHaveProperty(
    'text',
    `Codex is not logged in for this group. Run CODEX_HOME=${made.codexHome} codex login --device-auth on the host, or set OPENAI_API_KEY in the .env of the host, then ask again.`,
  )
  expect(made.isThere('arguments')).toBe(false)
})

test('a conversation of another provider, or one that is gone, is begun anew', async () => {
  const made = makeProvider(ANSWER)
  const query = ask(made, 'claude-session-1')
  query.end()

  expect(await collect(query)).toMatchObject([{type: 'init', continuation: THREAD}, {}])
  expect(made.read('arguments')).not.toContain('resume')
  const gone = new Error('thread/resume failed: no rollout found for thread id 1')
  expect(made.provider.isSessionInvalid(gone)).toBe(true)
  expect(made.provider.isSessionInvalid(new Error('usage limit'))).toBe(false)
})

test('a query that is aborted ends its program, and says nothing of it', async () => {
  const made = makeProvider('echo $$ > "$CODEX_HOME/pid"; exec sleep 60')
  const query = ask(made)
  const pidFile = path.join(made.codexHome, 'pid')
  await eventually(() => expect(readFileSync(pidFile, 'utf8')).toMatch(/\d\n/))

  query.abort()

  expect(await collect(query)).toEqual([])
  expect(() => process.kill(Number(readFileSync(pidFile, 'utf8')), 0)).toThrow(/ESRCH/)
})

test('two accounts: the second goes on, and the chat is told once', async () => {
  const [main, work] = [makeProvider(LIMIT), makeProvider(ANSWER)]
  const told: string[] = []
  const both = withFailover({
    members: [
      {name: 'main', provider: main.provider},
      {name: 'work', provider: work.provider},
    ],
    now: () => NOW,
    tell: async (text) => void told.push(text),
  })

  const first = both.query({prompt: 'one', cwd: main.root})
  first.end()
  const events = await collect(first)
  const second = both.query({prompt: 'two', cwd: main.root, continuation: `work:${THREAD}`})
  second.end()
  await collect(second)

  expect(events.at(-1)).toEqual({type: 'result', text: 'heard: one'})
  expect(told).toEqual(['main has reached its usage limit. work goes on.'])
  expect(main.read('arguments').trim().split('\n')).toHaveLength(1)
})
