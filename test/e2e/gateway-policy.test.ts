import {expect, test, vi} from 'vitest'
import {makeCaoHome} from '../support/cao/run-cao.ts'
import {findFreePort} from '../support/processes/find-free-port.ts'
import {startTestSimulator} from '../support/servers/ask-simulator.ts'

/** A gateway that runs notices what its user wants, and says afterwards why it did what it did. */

vi.setConfig({testTimeout: 60_000})

test('a rule that is set while the gateway runs counts, and each answer can be explained after its end', async () => {
  const simulator = await startTestSimulator({
    accounts: [{email: 'ada@example.com'}, {email: 'bob@example.com'}],
  })
  const cao = makeCaoHome(simulator)
  cao.addAccounts('a', 'b')
  await cao.logIn('a', 'ada@example.com')
  await cao.logIn('b', 'bob@example.com')
  const gateway = cao.start(['gateway', 'start', '--port', String(await findFreePort())])
  const output = await gateway.find(/Gateway started on http\S+/)
  const [, url = ''] = /started on (\S+)/.exec(output) ?? []
  const own = await simulator.issueTokens('ada@example.com')
  const ask = async (input: string) =>
    fetch(`${url}/v1/responses`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${own.access_token}`,
      },
      body: JSON.stringify({model: 'gpt-5.5', input}),
    })

  simulator.changeAccount('ada@example.com', {secondary: {usedPercent: 90}})
  const first = await ask('One')
  expect(await first.json()).toMatchObject({status: 'completed'})
  expect(first.headers.get('x-cao-account')).toBe('a')
  await cao.run(['gateway', 'reserve', 'set', 'a', '--keep', '20', '--from', 'everybody'])
  const second = await vi.waitFor(async () => {
    const answer = await ask(`Two, at ${Date.now()}`)
    expect(answer.headers.get('x-cao-account')).toBe('b')
    return answer
  }, 20_000)
  await second.text()
  gateway.kill('SIGTERM')
  await gateway.result

  const id = second.headers.get('x-cao-request') ?? ''
  expect((await cao.run(['gateway', 'why', id])).stdout).toMatch(
    / gpt-5\.5 .*: 200\. b answered: it is the only account that could answer\. a keeps what is left in reserve, and rests until .+\.\n$/,
  )
})
