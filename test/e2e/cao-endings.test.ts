import {readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {beforeAll, describe, expect, test} from 'vitest'
import {installCodexCli, THOROUGH_CODEX_VERSIONS} from '../support/cao/codex-cli.ts'
import {startCaoCodex, type CaoCodex} from '../support/cao/start-cao-codex.ts'
import {IS_THOROUGH, scaleRuns} from '../support/thoroughness.ts'

/** Whatever keeps one account from answering, `cao run` goes on with the next, and remembers it. */

beforeAll(installCodexCli, 240_000)

const EXEC = ['exec', '--skip-git-repo-check'] as const

const ANSWER = /^gpt-5\.5 \(medium\) heard: hello\n$/
const EVENT = /"text":"gpt-5\.5 \(medium\) heard: hello"/

/** Refuses every request of the first account, as the backend does when this limit is reached. */
function reach({simulator}: CaoCodex, type: string): void {
  simulator.addFault({
    endpoint: 'responses',
    account: 'ada@example.com',
    kind: 'status',
    status: 429,
    times: 9,
    headers: {'x-codex-rate-limit-reached-type': type},
    body: {error: {type: 'usage_limit_reached', message: 'The usage limit has been reached'}},
  })
}

function statusOf({cao}: CaoCodex, name: string): unknown {
  const {statuses} = cao.readJson('account_status.json') as {statuses: Record<string, unknown>}
  return statuses[name]
}

/** A limit, and how the CLI is asked for its answer: each way tells of its end by something else. */
const LIMITS = [
  ['workspace_owner_usage_limit_reached', ['--json'], EVENT],
  ['workspace_member_credits_depleted', ['--ephemeral'], ANSWER],
  ['workspace_member_usage_limit_reached', ['--ephemeral', '--json'], EVENT],
  ['a_limit_of_tomorrow', [], ANSWER],
] as const

test.for(LIMITS.slice(0, scaleRuns(4, 2)))(
  'goes on at the limit %s, with %j',
  {timeout: 60_000},
  async ([type, args, answer]) => {
    const story = await startCaoCodex()
    reach(story, type)

    const {code, stdout, stderr} = await story.cao.run([...story.run, ...EXEC, ...args, 'hello'], {
      env: story.env,
    })

    expect(code).toBe(0)
    expect(stdout).toMatch(answer)
    expect(stderr).toContain('Quota exhausted. Falling back to: b\n')
    expect(statusOf(story, 'a')).toMatchObject({lastError: 'usage_limit_reached'})
  },
)

describe.for(THOROUGH_CODEX_VERSIONS)('with the CLI %s', {timeout: 120_000}, (version) => {
  const ENDED = [
    ['was revoked', {signOut: true}, 'revoked', {reason: 'revoked'}],
    [
      'has expired',
      {accessTokens: 'expire', refreshTokens: 'expire'},
      'expired',
      {reason: 'expired'},
    ],
    ['belongs to a workspace that was switched off', {deactivated: true}, 'deactivated', undefined],
  ] as const
  // The CLI takes 20 seconds to give up on the last one.
  const tried = IS_THOROUGH ? ENDED : ENDED.slice(0, 2)

  test.for(tried)('goes on from a login that %s', async ([, change, reason, loginRequired]) => {
    const story = await startCaoCodex({version})
    const {cao, env, run, simulator} = story
    simulator.changeAccount('ada@example.com', change)

    const first = await cao.run([...run, ...EXEC, 'hello'], {env})
    const second = await cao.run([...run, ...EXEC, 'hello'], {env})

    expect([first.code, first.stdout]).toEqual([0, 'gpt-5.5 (medium) heard: hello\n'])
    expect(first.stderr).toContain(
      `The login of a no longer works (${reason}). Run \`cao add a\`.\nLogin ended. Falling back to: b\nUsing account: b\n`,
    )
    expect(statusOf(story, 'a')).toMatchObject({
      lastError: 'auth_failed',
      ...(loginRequired && {loginRequired}),
    })
    // It is known now.
    expect(second.stderr).toMatch(/^Using account: b\n/)
    expect(second.stderr).not.toContain('Using account: a')
  })
})

test('goes on from a file that the CLI cannot read', {timeout: 60_000}, async () => {
  const {cao, env, run} = await startCaoCodex()
  cao.writeLogin('a', {user: 'ada'})
  const file = path.join(cao.base, 'a/auth.json')
  const damaged = readFileSync(file, 'utf8').replace(
    /"last_refresh": "[^"]*"/,
    '"last_refresh": ""',
  )
  writeFileSync(file, damaged)

  const {code, stdout} = await cao.run([...run, ...EXEC, 'hello'], {env})

  expect([code, stdout]).toEqual([0, 'gpt-5.5 (medium) heard: hello\n'])
  expect(readFileSync(file, 'utf8')).toBe(damaged)
})

describe('on a terminal that is the CLI’s alone', {timeout: 60_000}, () => {
  test('offers the next account where the CLI ends before its first conversation', async () => {
    const {cao, codex, env, simulator} = await startCaoCodex()
    simulator.changeAccount('ada@example.com', {deactivated: true})

    const running = cao.startOnTerminal(['run', '--codex', codex], {
      env: {...env, TERM: 'xterm-256color'},
    })
    await running.find(/a needs a new login\. Start again with b\? \(Y\/n\)/)
    running.write('n\r')

    const {code, stdout} = await running.result
    expect(code).toBe(1)
    expect(stdout).toContain('The login of a no longer works (deactivated). Run `cao add a`.')
  })

  test.for([
    ['is out of quota', {primary: {usedPercent: 100}}, 'a is out of quota. Start again with b?'],
    ['is in order', {}, undefined],
  ] as const)('asks about an account that %s', async ([, change, question]) => {
    const {cao, env, simulator} = await startCaoCodex()
    // It says nothing at all, and the first account is the only one it fails with.
    const codex = cao.writeCodex('test "$(basename "$CODEX_HOME")" = b')
    // What is known of it before the start is good.
    await cao.run(['status'])
    simulator.changeAccount('ada@example.com', change)

    const running = cao.startOnTerminal(['run', '--codex', codex], {env})
    running.write('n\r')

    const {stdout} = await running.result
    expect(stdout.includes('Start again with')).toBe(question !== undefined)
    expect(stdout).toContain(question ?? 'Using account: a')
  })
})
