import path from 'node:path'
import {expect, onTestFinished, test} from 'vitest'
import type {ClientClass} from '../../src/gateway/exchange/exchange.ts'
import type {GatewayOptions} from '../../src/gateway/gateway-options.ts'
import type {Message} from '../../src/gateway/messages/incidents.ts'
import {createPolicy, type Policy} from '../../src/gateway/policy/create-policy.ts'
import type {Rules} from '../../src/gateway/rules/rules.ts'
import {openRulesFile} from '../../src/gateway/rules/rules-file.ts'
import {wordError} from '../../src/responses/refusal/word-error.ts'
import {startTestGateway} from '../support/gateway/start-gateway.ts'
import {createMemoryLog} from '../support/memory/memory-log.ts'
import {makeTemporaryFolder} from '../support/temporary-folder.ts'

const WEEK_SECONDS = 604_800
const TOPICS = ['exhausted', 'back', 'login-needed', 'switched'] as const
const ACCOUNTS = {accounts: [{email: 'ada@example.com'}, {email: 'bob@example.com'}]}

/** A gateway with a policy. A header of the request says which client asks, and of which class. */
async function start() {
  const base = path.join(makeTemporaryFolder(), 'data')
  const opened: {policy?: Policy} = {}
  const policyOf = () => opened.policy!
  const hooks: Partial<GatewayOptions> = {
    checkClient: (head) =>
      policyOf().limit(({headers}) => ({
        kind: 'client',
        client: {
          id: String(headers['x-client']),
          name: String(headers['x-client']),
          class: (headers['x-class'] ?? 'interactive') as ClientClass,
        },
      }))(head),
    toScope: (exchange) => policyOf().toScope(exchange),
    toHeaders: (exchange) => policyOf().toHeaders(exchange),
    overflow: async (exchange, body) => policyOf().overflow(exchange, body),
    observers: [
      {
        started: (one) => policyOf().observer.started?.(one),
        ended: (one, end) => policyOf().observer.ended?.(one, end),
      },
    ],
  }
  const started = await startTestGateway({simulator: ACCOUNTS, ...hooks})
  const {engine, simulator} = started
  const messages: Message[] = []
  const paid: {answer: (call: Request) => Promise<Response>} = {
    answer: async () => new Response(null, {status: 500}),
  }
  const ids = new Map(
    (await engine.store.list()).map(({email = '', id}) => [id, email.split('@')[0] ?? '']),
  )
  const open = async () =>
    createPolicy({
      base,
      now: Date.now,
      log: createMemoryLog().log,
      fetch: async (input, init) => {
        const call = new Request(input, init)
        if (call.url.startsWith('https://api.example/')) return paid.answer(call)
        messages.push((await call.json()) as Message)
        return new Response()
      },
      delay: async () => {},
      env: {API_KEY: 'sk-of-a-test'},
      store: engine.store,
      toName: (id) => ids.get(id) ?? id,
      usageOf: (id) => engine.memory.usage.get(id),
      describe: wordError,
    })
  opened.policy = await open()
  onTestFinished(() => policyOf().close())
  const rules = openRulesFile({base, now: Date.now})
  return {
    ...started,
    messages,
    paid,
    policyOf,
    restart: async () => {
      await policyOf().close()
      opened.policy = await open()
      await opened.policy.history.ready
    },
    setRules: async (change: Partial<Rules>) => {
      await rules.change((before) => ({...before, ...change}))
      await policyOf().rules.reload()
    },
    idOf: (name: string) => [...ids].find(([, one]) => one === name)?.[0] ?? '',
    /** Fills the week of an account, which the next answer says. */
    fillWeek: (name: string, usedPercent: number) => {
      simulator.changeAccount(`${name}@example.com`, {secondary: {usedPercent}})
    },
  }
}

const asLaptop = {'x-client': 'laptop'}
const asBatch = {'x-client': 'batch', 'x-class': 'background'}

test('each answer says which account gave it and why, and so does the history', async () => {
  const {policyOf, prompt} = await start()

  const plain = await prompt('Hello', {}, asLaptop)
  const streamed = await prompt('Hello again', {stream: true}, asLaptop)
  await plain.text()
  await streamed.text()

  for (const answer of [plain, streamed]) {
    expect(answer.headers.get('x-cao-account')).toBe('ada')
    expect(answer.headers.get('x-cao-reason')).toBe('first-in-order')
  }
  await policyOf().history.flush()
  expect(policyOf().history.recent()).toMatchObject([
    {id: plain.headers.get('x-cao-request'), reason: 'first-in-order', account: {label: 'ada'}},
    {id: streamed.headers.get('x-cao-request'), endpoint: 'responses', status: 200},
  ])
  const [first] = policyOf().history.recent()
  expect(first?.tokens?.input).toBeGreaterThan(0)
  expect(first?.why).toBe('ada answered: it is the first in order.')
})

test('a reserve holds background clients up with a sentence of its own, and interactive ones go on', async () => {
  const {fillWeek, idOf, messages, prompt, setRules} = await start()
  const reserve = {windowSeconds: WEEK_SECONDS, keepPercent: 20, isPaced: false} as const
  await setRules({
    reserves: ['ada', 'bob'].map((name) => ({
      ...reserve,
      from: 'background' as const,
      accountId: idOf(name),
    })),
    receivers: [{id: 'r', kind: 'webhook', url: 'https://hook.example/x', topics: [...TOPICS]}],
  })
  fillWeek('ada', 85)
  fillWeek('bob', 81)

  const first = await prompt('One', {}, asBatch)
  const second = await prompt('Two', {}, asBatch)
  expect([first, second].map(({headers}) => headers.get('x-cao-account'))).toEqual(['ada', 'bob'])
  expect(second.headers.get('x-cao-reason')).toBe('only-usable')

  const refused = await prompt('Three', {}, asBatch)
  expect(refused.status).toBe(403)
  expect(refused.headers.get('retry-after')).not.toBeNull()
  expect(await refused.json()).toMatchObject({
    error: {
      message: expect.stringMatching(
        /^No ChatGPT account may be used for this request now: ada@example.com keeps 20 % in reserve: 85 % of the weekly limit is used, until .*\. Run `cao gateway reserve go-on ada` to use it all the same for an hour\.$/,
      ) as string,
    },
  })
  expect((await prompt('Four', {}, asLaptop)).status).toBe(200)
  expect(messages).toEqual([])

  await setRules({goOn: [{accountId: idOf('ada'), untilMs: Date.now() + 60_000}]})
  expect((await prompt('Five', {}, asBatch)).headers.get('x-cao-account')).toBe('ada')
})

test('a session goes over at a limit, the switch has its price, and each incident is told once', async () => {
  const {fillWeek, messages, policyOf, prompt, setRules} = await start()
  await setRules({
    receivers: [{id: 'r', kind: 'webhook', url: 'https://hook.example/x', topics: [...TOPICS]}],
  })
  await (await prompt('A story', {}, asLaptop)).text()

  fillWeek('ada', 100)
  const over = await prompt('A story', {}, asLaptop)
  await over.text()
  expect(over.headers.get('x-cao-reason')).toMatch(
    /^went-over; from="ada"; cause=usage_limit; until="2/,
  )
  fillWeek('bob', 100)
  for (const text of ['A story', 'Another one']) {
    expect((await prompt(text, {}, asLaptop)).status).toBe(429)
  }

  const {history} = policyOf()
  expect(history.recent()[1]).toMatchObject({
    account: {label: 'bob'},
    switchedFrom: {label: 'ada'},
    switchCost: {cachedPercentAfter: 0},
  })
  expect(history.recent()[2]).toMatchObject({status: 429, code: 'ERR_USAGE_LIMIT_REACHED'})
  expect(messages.map(({topic}) => topic)).toEqual(['switched', 'exhausted'])
  expect(messages[0]?.text).toMatch(/^ada cannot answer until .*: .* bob goes on\.$/)
})

test('a budget of one owner counts over all keys, and a restart forgets nothing of it', async () => {
  const {prompt, restart, setRules} = await start()
  await setRules({budgets: [{owner: 'ada', per: 'day', requests: 2}]})
  const ask = async (name: string) => {
    const answer = await prompt('Hello', {}, {'x-client': name})
    await answer.text()
    return answer.status
  }
  const tomorrow = new Date()
  tomorrow.setHours(24, 0, 0, 0)

  expect([await ask('laptop@ada'), await ask('phone@ada'), await ask('phone@ada')]).toEqual([
    200, 200, 429,
  ])
  expect(await ask('bob')).toBe(200)
  // Beyond it, the answer says until when; the official client would wait that long in silence, so it gets no 429.
  const refused = await prompt('Hello', {}, {'x-client': 'ada'})
  const ofCodex = await prompt('Hello', {}, {'x-client': 'ada', originator: 'codex_exec'})
  const secondsLeft = (+tomorrow - Date.now()) / 1000
  expect(Math.abs(Number(refused.headers.get('retry-after')) - secondsLeft)).toBeLessThan(20)
  expect([refused.status, ofCodex.status]).toEqual([429, 400])
  expect(await refused.text()).toMatch(
    /ada may use 2 requests a day, and that is used up until \w+ \d/,
  )
  await restart()
  expect(await ask('laptop@ada')).toBe(429)
})

test('the API key answers only when every account has reached its limit, says so, and stops at its ceiling', async () => {
  const {fillWeek, messages, paid, policyOf, prompt, setRules} = await start()
  const asked: {url: string; key: string | null; body: Record<string, unknown>}[] = []
  paid.answer = async (request) => {
    const body = (await request.json()) as Record<string, unknown>
    asked.push({url: request.url, key: request.headers.get('authorization'), body})
    const usage = {
      input_tokens: 900,
      output_tokens: 100,
      output_tokens_details: {reasoning_tokens: 7},
    }
    return Response.json({id: 'resp_paid', usage})
  }
  const overflow = {
    keyFrom: {kind: 'variable', name: 'API_KEY'},
    baseUrl: 'https://api.example/v1',
    tokensPerDay: 1000,
  } as const
  await setRules({overflow})
  const input = [
    {type: 'message', role: 'user', content: 'Hello'},
    {type: 'reasoning', summary: [], encrypted_content: 'only ChatGPT reads it'},
  ]
  const ask = async () => prompt('', {input, model: 'gpt-5.5-high'}, asLaptop)
  await (await ask()).text()
  expect(asked).toEqual([])

  fillWeek('ada', 100)
  fillWeek('bob', 100)
  const answer = await ask()

  expect(answer.status).toBe(200)
  expect(await answer.json()).toMatchObject({id: 'resp_paid'})
  expect(answer.headers.get('x-cao-reason')).toBe('overflow')
  expect(asked).toMatchObject([
    {
      url: 'https://api.example/v1/responses',
      key: 'Bearer sk-of-a-test',
      body: {model: 'gpt-5.5', reasoning: {effort: 'high'}, input: [{type: 'message'}]},
    },
  ])
  expect(policyOf().history.recent().at(-1)).toMatchObject({
    isPaid: true,
    account: {label: 'api-key'},
    tokens: {input: 900, output: 100, reasoning: 7},
  })
  expect(messages).toEqual([])

  expect((await ask()).status).toBe(429)
  expect(asked).toHaveLength(1)
})

test('what the key cannot go on with is refused in words that say so', async () => {
  const {ask, fillWeek, paid, setRules} = await start()
  const asked: string[] = []
  paid.answer = async ({url}) => {
    asked.push(url)
    return new Response('{}')
  }
  fillWeek('ada', 100)
  fillWeek('bob', 100)
  const post = async (at: string, body: object) => {
    const headers = {...asLaptop, 'content-type': 'application/json'}
    const answer = await ask(at, {method: 'POST', headers, body: JSON.stringify(body)})
    const {error} = (await answer.json()) as {error: {message: string}}
    return [answer.status, error.message.includes('API key of this gateway')]
  }
  const message = {
    model: 'gpt-5.5',
    max_tokens: 100,
    messages: [{role: 'user', content: 'Hello'}],
  }

  const before = await post('/v1/messages', message)
  await setRules({
    overflow: {
      keyFrom: {kind: 'variable', name: 'API_KEY'},
      baseUrl: 'https://api.example/v1',
      tokensPerDay: 1000,
    },
  })

  expect(before).toEqual([429, false])
  expect(await post('/v1/messages', message)).toEqual([429, true])
  expect(await post('/v1/images/generations', {prompt: 'A cat'})).toEqual([429, true])
  expect(asked).toEqual([])
})

test('a plain 429 and a reserve spend no money', async () => {
  const {fillWeek, idOf, paid, prompt, setRules, simulator} = await start()
  const asked: string[] = []
  paid.answer = async ({url}) => {
    asked.push(url)
    return new Response('{}')
  }
  await setRules({
    overflow: {
      keyFrom: {kind: 'variable', name: 'API_KEY'},
      baseUrl: 'https://api.example/v1',
      tokensPerDay: 1000,
    },
    reserves: ['ada', 'bob'].map((name) => ({
      accountId: idOf(name),
      windowSeconds: WEEK_SECONDS,
      keepPercent: 100,
      isPaced: false,
      from: 'background' as const,
    })),
  })
  fillWeek('ada', 10)
  fillWeek('bob', 10)
  for (const text of ['One', 'Two', 'Three']) await (await prompt(text, {}, asBatch)).text()

  simulator.addFault({
    kind: 'status',
    endpoint: 'responses',
    status: 429,
    headers: {'retry-after': '60'},
    times: 20,
  })
  await (await prompt('Four', {}, asLaptop)).text()

  expect(asked).toEqual([])
})
