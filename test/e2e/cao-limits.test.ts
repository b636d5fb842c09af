import {writeFileSync} from 'node:fs'
import path from 'node:path'
import {expect, test} from 'vitest'
import type {AccountSeed} from '../../src/simulator/state/simulated-account.ts'
import {startTestSimulator} from '../support/servers/ask-simulator.ts'
import {makeCaoHome} from '../support/cao/run-cao.ts'

const PATIENT = {timeout: 60_000}
const DAY_MS = 24 * 3_600_000
const FULL = {usedPercent: 100, resetAfterSeconds: 3600}

/** Accounts a and b, with a script in place of the Codex CLI that says which one it was run with. */
async function start(statuses: object = {}, ada: Partial<AccountSeed> = {}) {
  const simulator = await startTestSimulator({
    accounts: [{email: 'a@example.com', ...ada}, {email: 'b@example.com'}],
  })
  const cao = makeCaoHome(simulator)
  cao.addAccounts('a', 'b')
  for (const name of ['a', 'b']) await cao.logIn(name, `${name}@example.com`)
  writeFileSync(path.join(cao.base, 'account_status.json'), JSON.stringify({statuses}))
  const codex = cao.writeCodex('basename "$CODEX_HOME"')
  const runFirst = async () => (await cao.run(['run', '--codex', codex])).stdout
  // It waits for what the backend says only so long, which a busy machine may need for less.
  const expectFirst = async (name: string) => await expect.poll(runFirst, PATIENT).toBe(name)
  const status = async () => (await cao.call(['status', '--json'])).stdout
  return {simulator, cao, expectFirst, status}
}

test('a cooldown that newer usage takes back is lifted, in run, in status and for other programs', async () => {
  const cooldownUntilMs = Date.now() + 5 * DAY_MS
  const {cao, expectFirst, status} = await start({
    a: {cooldownUntilMs, lastQuotaAtMs: Date.now() - DAY_MS, lastError: 'usage_limit_reached'},
  })

  await expectFirst('a\n')
  expect(JSON.parse(await status())).toMatchObject([
    {name: 'a', cooldownUntilMs: null, lastError: null},
    {name: 'b'},
  ])
  expect(cao.readJson('account_status.json')).not.toMatchObject({statuses: {a: {cooldownUntilMs}}})
}, 90_000)

test.each([
  [489.25, 'is spent', FULL, 'a\n', 'limit: reached, credits pay'],
  [489.25, 'has quota', {usedPercent: 10}, 'b\n', 'limit: reached, credits pay'],
  [0, 'has quota', {usedPercent: 10}, 'b\n', 'limit: reached\n'],
])(
  'an account whose plan is used up, with %d credits, where the other one %s',
  async (balance, _state, primary, first, words) => {
    const {cao, expectFirst, simulator} = await start({}, {credits: {balance}})
    simulator.changeAccount('a@example.com', {primary: FULL})
    simulator.changeAccount('b@example.com', {primary})

    await expectFirst(first)
    expect((await cao.call(['status', '--full'])).stdout).toContain(words)
  },
  90_000,
)
