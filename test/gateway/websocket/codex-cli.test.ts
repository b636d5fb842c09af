import {beforeAll, expect, test, vi} from 'vitest'
import {createCodex, installCodexCli, writeAuthFile} from '../../support/cao/codex-cli.ts'
import {startTestGateway} from '../../support/gateway/start-gateway.ts'

/** The official CLI on a WebSocket of the gateway. */

vi.setConfig({testTimeout: 90_000})
beforeAll(installCodexCli, 240_000)

const EXEC = ['exec', '--skip-git-repo-check', '--ephemeral'] as const
const SPENT = {primary: {usedPercent: 100, resetAfterSeconds: 7200}}
const endpoint = 'responses'

test('its user sees nothing of accounts that run out, overloads and breaks, and the limit when all are out', async ({
  onTestFinished,
}) => {
  const heads: (string | undefined)[] = []
  const ends: (() => void)[] = []
  const story = await startTestGateway({
    observers: [
      {
        started: ({head}) => {
          if (head.method === 'POST') heads.push(String(head.headers['openai-beta']))
        },
        ended: ({head}) => {
          if (head.method === 'POST') ends.shift()?.()
        },
      },
    ],
    engineOptions: {delay: async () => {}},
  })
  const {gateway, simulator} = story
  const codex = await createCodex(simulator, {onTestFinished, model: 'gpt-5.5'})
  await writeAuthFile(codex, simulator, {})
  const address = `openai_base_url="${new URL('/v1', gateway.url).href}"`
  const exec = (prompt: string) => codex.run(...EXEC, '-c', address, prompt)
  const answered = () =>
    simulator.requests.flatMap(({account, path: asked, status}) =>
      asked.endsWith('/codex/responses') && status === 200 ? [account?.slice(0, 3)] : [],
    )

  // Between the call of a tool and what it said, the account runs out.
  ends.push(() => simulator.changeAccount('ada@example.com', SPENT))
  const moved = await exec('use the tool exec_command {"cmd": "echo round-trip"}')
  const movedBy = answered()
  simulator.addFault({endpoint, kind: 'cut', afterEvents: 12})
  const broken = await exec('one two three four five six seven')
  const error = {code: 'server_is_overloaded', message: 'No'}
  simulator.addFault({endpoint, kind: 'response-failed', error, times: 2})
  const overloaded = await exec('after the overload')
  const refusal = {detail: 'This model is not for you.'}
  simulator.addFault({endpoint, kind: 'status', status: 400, body: refusal})
  const refused = await exec('what is not for me')
  simulator.changeAccount('bob@example.com', SPENT)
  const spent = await exec('one more')

  expect(movedBy).toEqual(['ada', 'bob'])
  expect([moved.code, broken.code, overloaded.code]).toEqual([0, 0, 0])
  expect(moved.stdout).toContain('round-trip')
  expect(broken.stdout).toContain('six seven')
  expect(overloaded.stdout).toContain('the overload')
  expect(refused.stderr).toMatch(/^ERROR: This model is not for you\.$/m)
  expect(spent.code).toBe(1)
  expect(spent.stderr).toMatch(/You’ve hit your usage limit\. .*try again at/i)
  for (const {stderr} of [moved, broken, overloaded])
    expect(stderr).not.toMatch(/reconnect|disconnected|limit/i)
  expect(new Set(heads)).toEqual(new Set(['responses_websockets=2026-02-06']))
})
