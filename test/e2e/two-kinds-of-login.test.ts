import {expect, test} from 'vitest'
import type {Account} from '../../src/accounts/account.ts'
import type {LoginKind} from '../../src/oauth/token-set.ts'
import {startSimulator} from '../../src/simulator/start-simulator.ts'
import {createMemoryAccountStore} from '../support/memory/memory-account-store.ts'
import {startTestSimulator} from '../support/servers/ask-simulator.ts'
import {createSimulatedBackend, issueAccount} from '../support/servers/simulated-backend.ts'

/** A pool of one login of each kind, in this order. */
async function startPool(order: readonly LoginKind[], appRequestsPerWeek?: number) {
  const simulator = await startTestSimulator({
    appRefreshAfterSeconds: 0,
    accounts: [
      {email: 'chatgpt-app@example.com', ...(appRequestsPerWeek && {appRequestsPerWeek})},
      {email: 'codex@example.com'},
    ],
  })
  const logins: Account[] = []
  for (const kind of order) {
    logins.push(await issueAccount(simulator, {email: `${kind}@example.com`, kind}))
  }
  const store = createMemoryAccountStore(...logins)
  const ask = createSimulatedBackend({simulator, store})
  const sent = () =>
    simulator.requests.filter(({path, method}) => method === 'POST' && path.endsWith('/responses'))
  return {simulator, store, ask, sent}
}

test('an app answers at its own address, without a word of Codex, with its tools in the input', async () => {
  const {ask, sent} = await startPool(['chatgpt-app'])
  const tools = [
    {type: 'function', name: 'weather', parameters: {type: 'object', properties: {}}},
    {type: 'web_search'},
    {type: 'image_generation'},
  ]

  const {status, text} = await ask('hello', {
    tools,
    temperature: 1,
    max_output_tokens: 10,
    client_metadata: {turn: '1'},
  })

  expect(status).toBe(200)
  expect(text).toContain('gpt-5.5 (medium) heard: hello')
  expect(sent()).toMatchObject([
    {
      path: '/v1/responses',
      status: 200,
      body: {
        tools: [{type: 'web_search'}],
        input: [{type: 'additional_tools', tools: [{name: 'weather'}]}, {role: 'user'}],
      },
    },
  ])
  expect(Object.keys(sent()[0]!.headers)).not.toContain('originator')
})

test('goes on with Codex when the app is at its cap, and takes no encrypted reasoning along', async () => {
  const {ask, sent, simulator} = await startPool(['chatgpt-app', 'codex'], 1)
  const first = await ask('hello', {prompt_cache_key: 'one'})
  const {output} = JSON.parse(first.text) as {output: object[]}
  const input = [{role: 'user', content: 'hello'}, ...output, {role: 'user', content: 'again'}]

  const second = await ask('', {input, prompt_cache_key: 'one'})
  const third = await ask('', {input, prompt_cache_key: 'two'})

  expect(output).toMatchObject([{type: 'reasoning'}, {type: 'message'}])
  expect(output[0]).toHaveProperty('encrypted_content')
  expect([second.status, third.status]).toEqual([200, 200])
  expect(sent().map(({path, status}) => [path, status])).toEqual([
    ['/v1/responses', 200],
    ['/v1/responses', 429],
    ['/backend-api/codex/responses', 200],
    ['/backend-api/codex/responses', 200],
  ])
  expect(simulator.counts['app-responses']).toEqual({'200': 1, '429': 1})
})

test('goes on with the app when Codex is at its limit', async () => {
  const {ask, sent, simulator} = await startPool(['codex', 'chatgpt-app'])
  simulator.changeAccount('codex@example.com', {primary: {usedPercent: 100}})

  expect((await ask('hello')).status).toBe(200)
  expect(sent().map(({path}) => path)).toEqual(['/backend-api/codex/responses', '/v1/responses'])
})

test('asks Codex for what an app cannot do, and says so where there is only the app', async () => {
  const draw = {tools: [{type: 'image_generation'}]}
  const both = await startPool(['chatgpt-app', 'codex'])
  const alone = await startPool(['chatgpt-app'])

  const drawn = await both.ask('Draw a cat', draw)
  const refused = await alone.ask('Draw a cat', draw)

  expect(drawn.status).toBe(200)
  expect(both.sent().map(({path}) => path)).toEqual(['/backend-api/codex/responses'])
  expect(refused.text).toContain(
    'chatgpt-app@example.com is an app of ChatGPT, and only a login of Codex can draw images',
  )
  expect(alone.sent()).toEqual([])
})

test('says what to do about an app that may not use the plan any more', async () => {
  const simulator = await startSimulator()
  const {access_token: accessToken, ...issued} = await simulator.issueAppTokens(undefined, {
    scope: 'openid',
  })
  const account = await issueAccount(simulator, {kind: 'chatgpt-app'})
  const tokens = {...account.tokens, accessToken, refreshToken: issued.refresh_token}
  const ask = createSimulatedBackend({
    simulator,
    store: createMemoryAccountStore({...account, tokens}),
  })

  const {status, text} = await ask('hello')
  await simulator.close()

  expect(status).toBe(403)
  expect(text).toContain('does not let this app use the ChatGPT plan. Log in again')
})
