import {describe, expect, test} from 'vitest'
import {toAgentEnvironment} from '../../../src/agent/exec/agent-environment.ts'
import {classifyFailure} from '../../../src/agent/exec/classify-failure.ts'
import {CodexEvents} from '../../../src/agent/exec/codex-events.ts'
import {runProgram} from '../../../src/agent/exec/run-program.ts'
import {eventually} from '../../support/eventually.ts'

const PLACE = {
  cwd: '/',
  env: {PATH: process.env['PATH']},
  input: '',
  timeoutMs: 60_000,
  maxOutputBytes: 1_000_000,
  onOutput: () => undefined,
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe('a program', () => {
  test('gets all of its input, and gives its output and the end of its errors', async () => {
    let output = ''
    const end = await runProgram('sh', {
      ...PLACE,
      args: ['-c', 'cat; echo oops >&2; exit 3'],
      input: 'ä'.repeat(100_000),
      onOutput: (text) => (output += text),
    })
    expect(end).toEqual({exitCode: 3, signal: null, stoppedBy: undefined, errorTail: 'oops\n'})
    expect(output).toBe('ä'.repeat(100_000))
  })

  test('ends with all that it has started, when it takes too long', async () => {
    let leader = 0
    const end = await runProgram('sh', {
      ...PLACE,
      args: ['-c', 'sleep 600 & wait'],
      timeoutMs: 300,
      onStart: (pid) => (leader = pid),
    })
    expect(end.stoppedBy).toBe('timeout')
    // Nobody is left in its group.
    expect(leader).toBeGreaterThan(1)
    await eventually(() => expect(isRunning(-leader)).toBe(false))
  })

  test.each([
    ['idle', {idleMs: 200}, 'echo begun; sleep 600'],
    ['output', {maxOutputBytes: 1000}, 'while :; do echo xxxxxxxxxxxxxxxxxxxx; done'],
  ] as const)('is ended for %s', async (reason, limit, script) => {
    const end = await runProgram('sh', {...PLACE, ...limit, args: ['-c', script]})
    expect(end.stoppedBy).toBe(reason)
  })

  test.each(['sleep 600', 'setsid sleep 60'])(
    'does not wait for what it has left running: %s',
    async (left) => {
      let output = ''
      const end = await runProgram('sh', {
        ...PLACE,
        args: ['-c', `${left} & echo done`],
        onOutput: (text) => (output += text),
      })
      expect(end).toMatchObject({exitCode: 0, stoppedBy: undefined})
      expect(output).toBe('done\n')
    },
  )
})

function read(...lines: readonly object[]): CodexEvents {
  const events = new CodexEvents()
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
  for (let at = 0; at < text.length; at += 10) events.push(text.slice(at, at + 10))
  return events
}

const NO_FAILURE = {
  end: {exitCode: 1, signal: null, stoppedBy: undefined, errorTail: ''},
  session: undefined,
  loginAdvice: 'Log in again.',
  timeoutMs: 60_000,
  timeZone: 'Europe/Madrid',
}

describe('what the CLI tells', () => {
  test('is the last message, whatever it notes on its way', () => {
    const progress = read(
      {type: 'thread.started', thread_id: 't1'},
      {type: 'item.completed', item: {type: 'error', message: 'ignoring 1 unrecognized setting'}},
      {type: 'error', message: 'Reconnecting... 1/5'},
      {type: 'item.completed', item: {type: 'agent_message', text: 'one'}},
      {type: 'item.completed', item: {type: 'agent_message', text: 'two'}},
      {type: 'turn.completed', usage: {input_tokens: 20, output_tokens: 10}},
    ).end()
    expect(progress).toMatchObject({
      threadId: 't1',
      message: 'two',
      isCompleted: true,
      failure: undefined,
      notes: ['ignoring 1 unrecognized setting', 'Reconnecting... 1/5'],
      usage: {inputTokens: 20, outputTokens: 10},
      hasActed: false,
    })
  })

  test('is a blocked sandbox, although the turn ends well', () => {
    const progress = read(
      {
        type: 'item.completed',
        item: {
          type: 'command_execution',
          exit_code: 1,
          aggregated_output: 'bwrap: Creating new namespace failed: Operation not permitted',
        },
      },
      {type: 'turn.completed', usage: {}},
    ).end()
    expect(progress).toMatchObject({commands: 1, unsandboxed: 1, hasActed: true})
    expect(classifyFailure({...NO_FAILURE, progress})).toMatchObject({code: 'sandbox_unavailable'})
  })

  test.each([
    ["You've hit your usage limit. Try again at 8:14 AM.", '', 'usage_limit'],
    [
      'Your access token could not be refreshed because your refresh token was already used.',
      '',
      'auth_expired',
    ],
    ['unexpected status 401 Unauthorized: no', '', 'auth_expired'],
    ['stream disconnected before completion: error sending request', '', 'network'],
    [
      '',
      'Error: thread/resume failed: no rollout found for thread id x (code -32600)',
      'stale_thread',
    ],
    [
      '',
      'Not inside a trusted directory and --skip-git-repo-check was not specified.',
      'untrusted_dir',
    ],
    ['', 'Error loading config.toml: unknown variant `auto`', 'config_invalid'],
    ['', 'Error: No space left on device (os error 28)', 'storage'],
    ['', '', 'crashed'],
  ])('%s%s is %s', (failure, errorTail, code) => {
    const events = failure === '' ? [] : [{type: 'turn.failed', error: {message: failure}}]
    const progress = read(...events).end()
    const error = classifyFailure({...NO_FAILURE, progress, end: {...NO_FAILURE.end, errorTail}})
    expect(error.code).toBe(code)
    expect(error.message).toMatch(/\.$/)
  })

  test('says when a limit ends, in the time zone of the chat', () => {
    const progress = read({type: 'turn.failed', error: {message: 'limit'}}).end()
    const untilMs = Date.UTC(2026, 10, 30, 13, 10)
    const session = {kind: 'exhausted', message: '', resetsAtMs: untilMs} as const
    const error = classifyFailure({...NO_FAILURE, progress, session})
    expect(error).toMatchObject({code: 'usage_limit', untilMs})
    expect(error.message).toContain('Ask again after 2026-11-30 14:10 (Europe/Madrid)')
  })

  test('ends in no network, when that is what it waits for until the end', () => {
    const progress = read({type: 'error', message: 'Reconnecting... waiting for network'}).end()
    const end = {exitCode: null, signal: 'SIGTERM', stoppedBy: 'timeout', errorTail: ''} as const
    expect(classifyFailure({...NO_FAILURE, progress, end}).code).toBe('network')
    const silent = {...NO_FAILURE, progress: read().end(), end}
    expect(classifyFailure(silent).message).toContain('took too long (60 s at most)')
  })
})

test('an agent gets nothing of the host but what it needs, and one payment', () => {
  const env = {
    PATH: '/bin',
    TZ: 'Europe/Madrid',
    https_proxy: 'http://proxy:8080',
    OPENAI_API_KEY: 'sk-1',
    CODEX_API_KEY: 'sk-2',
    ANTHROPIC_API_KEY: 'sk-3',
    AWS_SECRET_ACCESS_KEY: 'x',
    MINE: 'y',
  }
  expect(toAgentEnvironment(env, {codexHome: '/c', keep: ['MINE', 'CODEX_API_KEY']})).toEqual({
    PATH: '/bin',
    TZ: 'Europe/Madrid',
    https_proxy: 'http://proxy:8080',
    MINE: 'y',
    CODEX_HOME: '/c',
  })
  expect(toAgentEnvironment(env, {codexHome: '/c', apiKey: 'sk-4'})).toMatchObject({
    CODEX_API_KEY: 'sk-4',
  })
})
