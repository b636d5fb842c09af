import {expect, test} from 'vitest'
import type {Exchange, ExchangeEnd} from '../../src/gateway/exchange/exchange.ts'
import {OPERATOR_KEY, startTestGateway} from '../support/gateway/start-gateway.ts'

/** What others plug into the gateway: checks, routes, observers, and policies. */

test('an observer is told who asked for what, who answered and why, and how it ended', async () => {
  const told: string[] = []
  const ended: [Exchange, ExchangeEnd][] = []
  const {prompt} = await startTestGateway({
    observers: [
      {
        started: ({client}) => void told.push(`started by ${client.name}`),
        firstByte: () => void told.push('first byte'),
        ended: (...args) => void ended.push(args),
      },
    ],
  })

  const response = await prompt('hello', {model: 'gpt-5.5-high', temperature: 1})
  await response.text()

  expect(told).toEqual(['started by this machine', 'first byte'])
  const [{facts}, end] = ended[0]!
  expect(facts).toMatchObject({
    asked: {model: 'gpt-5.5-high'},
    sent: {model: 'gpt-5.5', effort: 'high'},
    choice: {failures: []},
    isStream: false,
  })
  expect(facts.choice?.candidates.map(({verdict}) => verdict.kind)).toEqual([
    'first-in-order',
    'later-in-order',
  ])
  expect(facts.changes?.map(({field}) => field)).toContain('temperature')
  expect(facts.tokens?.input).toBeGreaterThan(0)
  expect(end).toMatchObject({status: 200, isCut: false})
})

test('a client that is refused reaches no account', async () => {
  const {ask, prompt, simulator} = await startTestGateway({
    checkClient: () => ({kind: 'refused', status: 401, message: 'Make a key.'}),
  })

  const refused = await prompt('hello')
  const ofCodex = await prompt('hello', {}, {originator: 'codex_exec'})
  const health = await ask('/health')

  expect([refused.status, ofCodex.status, health.status]).toEqual([401, 400, 200])
  expect(await refused.json()).toMatchObject({
    error: {message: 'Make a key.', code: 'client_unknown'},
  })
  expect(simulator.counts).toEqual({})
})

test('routes are open to those that they are for', async () => {
  const {ask} = await startTestGateway({
    checkClient: () => ({kind: 'refused', status: 403, message: 'Make a key.'}),
    routes: (['public', 'client', 'operator'] as const).map((access) => ({
      access,
      matches: ({path}) => path === `/${access}`,
      answer: async () => Response.json({}),
    })),
  })
  const headers = {authorization: `Bearer ${OPERATOR_KEY}`}
  const statusOf = async (path: string, init?: RequestInit) => (await ask(path, init)).status

  expect(
    await Promise.all(['/public', '/client', '/operator'].map((path) => statusOf(path))),
  ).toEqual([200, 403, 403])
  expect(await statusOf('/operator', {headers})).toBe(200)
})

test('a policy says which accounts are kept from a request, and words its errors', async () => {
  const choices: unknown[] = []
  const {prompt} = await startTestGateway({
    toScope: ({client}) => ({
      onChoice: (choice) => void choices.push(choice),
      describe: () => `Not for ${client.id}.`,
    }),
  })

  const response = await prompt('hello', {model: ''})

  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({error: {message: 'Not for local.'}})
  await (await prompt('hello')).text()
  expect(choices).toHaveLength(1)
})
