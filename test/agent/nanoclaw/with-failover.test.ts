import {expect, test} from 'vitest'
import type {
  AgentProvider,
  ProviderEvent,
  QueryInput,
} from '../../../src/agent/nanoclaw/provider-seam.ts'
import {withFailover} from '../../../src/agent/nanoclaw/with-failover.ts'

const NOW = Date.UTC(2026, 10, 30, 13, 10)

interface Fake {
  readonly provider: AgentProvider
  readonly asked: QueryInput[]
}

/** A provider whose queries give these events, or throw. */
function makeProvider(...answers: readonly (readonly (Error | ProviderEvent)[])[]): Fake {
  const asked: QueryInput[] = []
  const provider: AgentProvider = {
    supportsNativeSlashCommands: false,
    registerMemorySessionHook: () => undefined,
    isSessionInvalid: () => false,
    query(input) {
      asked.push(input)
      const events = answers[asked.length - 1] ?? []
      async function* walk() {
        for (const event of events) {
          if (event instanceof Error) throw event
          yield event
        }
      }
      return {events: walk(), push: () => undefined, end: () => undefined, abort: () => undefined}
    },
  }
  return {provider, asked}
}

async function ask(provider: AgentProvider, continuation?: string): Promise<ProviderEvent[]> {
  const query = provider.query({
    prompt: 'hello',
    cwd: '/',
    ...(continuation !== undefined && {continuation}),
  })
  query.end()
  const events = []
  for await (const event of query.events) events.push(event)
  return events
}

function combine(one: Fake, other: Fake): AgentProvider {
  return withFailover({
    members: [
      {name: 'claude', provider: one.provider},
      {name: 'codex', provider: other.provider},
    ],
    now: () => NOW,
    timeZone: 'Europe/Madrid',
  })
}

const ANSWER: ProviderEvent[] = [
  {type: 'init', continuation: 't1'},
  {type: 'activity'},
  {type: 'result', text: 'hi'},
]

test.each<[string, Error | ProviderEvent]>([
  ['an error', {type: 'error', message: 'x', retryable: false, classification: 'quota'}],
  ['an exception', new Error("You've hit your usage limit.")],
  [
    'an answer that is an error',
    {type: 'result', text: 'Credit balance is too low', isError: true},
  ],
  [
    'an answer that is only the sentence',
    {type: 'result', text: 'Claude usage limit reached. Resets 5pm.'},
  ],
])(
  'a limit in the form of %s leads to the next one, who gets the same message',
  async (_, event) => {
    const one = makeProvider([event])
    const other = makeProvider(ANSWER)

    const events = await ask(combine(one, other), 'claude:s1')

    expect(events).toEqual([
      {type: 'progress', message: 'claude has reached its usage limit. codex goes on.'},
      {type: 'init', continuation: 'codex:t1'},
      {type: 'activity'},
      {type: 'result', text: 'hi'},
    ])
    expect(one.asked[0]?.continuation).toBe('s1')
    expect(other.asked).toEqual([{prompt: 'hello', cwd: '/'}])
  },
)

test('an answer that talks of limits is an answer', async () => {
  const text = `The usage limit of your account was reached ${'often '.repeat(80)}`
  const one = makeProvider([{type: 'result', text}])
  expect(await ask(combine(one, makeProvider()))).toEqual([{type: 'result', text}])
})

test('one that rests is not asked again, and each has its own conversation', async () => {
  const one = makeProvider([new Error('quota exceeded')])
  const other = makeProvider(ANSWER, ANSWER)
  const both = combine(one, other)

  await ask(both)
  const events = await ask(both, 'codex:t1')

  expect(events[0]).toEqual({type: 'init', continuation: 'codex:t1'})
  expect([one.asked.length, other.asked.length]).toEqual([1, 2])
  expect(other.asked[1]?.continuation).toBe('t1')
})

test('when nobody is left, the chat hears once when to ask again', async () => {
  const limit = new Error('usage limit reached')
  const events = await ask(combine(makeProvider([limit]), makeProvider([limit])))
  expect(events.at(-1)).toEqual({
    type: 'result',
    text: 'Every account that could answer here has reached a limit. Ask again after 2026-11-30 14:25 (Europe/Madrid).',
    isError: true,
  })
})

test('while all of them rest, only the first one that is back is asked, and no change is told', async () => {
  const quota = {type: 'error', message: 'x', retryable: false, classification: 'quota'} as const
  const later = makeProvider([{...quota, untilMs: NOW + 7_200_000}])
  const sooner = makeProvider([{...quota, untilMs: NOW + 3_600_000}], [quota], ANSWER, ANSWER)
  const both = combine(later, sooner)
  await ask(both)

  const second = await ask(both)
  const third = await ask(both)
  const fourth = await ask(both)

  expect(second).toEqual([
    {
      type: 'result',
      text: 'Every account that could answer here has reached a limit. Ask again after 2026-11-30 15:10 (Europe/Madrid).',
      isError: true,
    },
  ])
  for (const events of [third, fourth]) {
    expect(events.at(-1)).toEqual({type: 'result', text: 'hi'})
  }
  expect([later.asked.length, sooner.asked.length]).toEqual([1, 4])
})

test('another error is left to the host', async () => {
  const error: ProviderEvent = {type: 'error', message: 'no such model', retryable: false}
  const other = makeProvider(ANSWER)
  expect(await ask(combine(makeProvider([error]), other))).toEqual([error])
  expect(other.asked).toEqual([])
})
