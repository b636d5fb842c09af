import {beforeAll, expect, test} from 'vitest'
import {makeAgentGroup} from '../support/agent/agent-group.ts'
import {installCodexCli} from '../support/cao/codex-cli.ts'
import {startCaoCodex} from '../support/cao/start-cao-codex.ts'
import {eventually} from '../support/eventually.ts'
import {findFreePort} from '../support/processes/find-free-port.ts'

/** A group with accounts: the gateway answers where it runs, the accounts themselves where it does not. */

beforeAll(installCodexCli, 240_000)

test('the gateway goes on with the next account, the chat hears it once, and without it the pool answers', async () => {
  const {cao, simulator} = await startCaoCodex()
  const group = makeAgentGroup(simulator)
  const answeredBy = () =>
    simulator.requests.flatMap(({account, path, status}) =>
      path === '/backend-api/codex/responses' && status === 200 ? [account] : [],
    )
  const args = ['--accounts', cao.base]
  const port = await findFreePort()
  const gateway = cao.start(['gateway', 'start', '--port', String(port)])
  await gateway.find(/Gateway started on/)

  const first = await group.ask('one', {args})
  simulator.changeAccount('ada@example.com', {primary: {usedPercent: 100, resetAfterSeconds: 7200}})
  const input = {sessionId: first.output?.newSessionId}
  const second = await group.ask('two', {args, input})
  const third = await group.ask('three', {args, input})
  // What it remembers is written a moment later, and a kill does not wait for that.
  await eventually(async () => {
    const told = await cao.run(['gateway', 'why', '--json'])
    expect(JSON.parse(told.stdout)).toHaveLength(3)
  })
  gateway.kill('SIGKILL')
  await gateway.result
  const fourth = await group.ask('four', {args, input})

  for (const {output} of [second, third]) {
    expect(output).toMatchObject({status: 'success', newSessionId: input.sessionId})
  }
  // Without the gateway, nobody can leave out what only the first account could read: it begins anew.
  expect(fourth.output).toMatchObject({status: 'success'})
  expect(answeredBy()).toEqual([
    'ada@example.com',
    'bob@example.com',
    'bob@example.com',
    'bob@example.com',
  ])
  expect(group.messages()).toEqual([
    expect.stringMatching(/^The account a has reached its usage limit until .*\. b goes on\.$/),
  ])
}, 120_000)
