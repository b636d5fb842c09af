import {expect, test} from 'vitest'
import type {LoginAnswer, StatusAnswer} from '../../../src/connector/client/answers.ts'
import {
  createAccountView,
  type AccountViewState,
} from '../../../src/connector/client/account-view.ts'
import {
  ConnectorGoneError,
  createConnectorClient,
  type ConnectorClient,
} from '../../../src/connector/client/connector-client.ts'
import {rejectionOf} from '../../support/rejection.ts'

const NOBODY: StatusAnswer = {
  authenticated: false,
  method: null,
  detail: 'Not logged in',
  verified: false,
}
const ADA: StatusAnswer = {
  authenticated: true,
  method: 'chatgpt',
  detail: 'Logged in using ChatGPT',
  verified: true,
  email: 'ada@example.com',
}
const PENDING: LoginAnswer = {
  status: 'pending',
  state: 'pending',
  message: 'Please open the URL',
  poll_id: 'flow-1',
  flow_id: 'flow-1',
  version: 2,
  user_code: 'ABCD-12345',
}
const SUCCEEDED: LoginAnswer = {...PENDING, status: 'succeeded', state: 'completed', version: 3}

/** A view over a client that gives these answers to questions for the login, in turn. */
function createStory(logins: readonly (LoginAnswer | Error)[], status: () => StatusAnswer) {
  const rest = [...logins]
  const calls: string[] = []
  const waits: number[] = []
  const client: Pick<
    ConnectorClient,
    'cancelLogin' | 'getLogin' | 'getStatus' | 'logOut' | 'startLogin'
  > = {
    startLogin: async () => PENDING,
    async getLogin(id, wait) {
      calls.push(`${id} ${wait?.version}`)
      const next = rest.shift()
      if (next === undefined || next instanceof Error)
        throw next ?? new Error('asked once too often')
      return next
    },
    getStatus: async () => status(),
    async cancelLogin(id) {
      calls.push(`cancel ${id}`)
      return {...PENDING, status: 'cancelled', state: 'failed'}
    },
    async logOut() {
      calls.push('log out')
      return {status: 'ok', message: ''}
    },
  }
  const states: AccountViewState[] = []
  const view = createAccountView({
    client: client as ConnectorClient,
    delay: async (milliseconds) => void waits.push(milliseconds),
    onChange: (state) => void states.push(state),
  })
  return {view, calls, waits, phases: () => states.map(({phase}) => phase)}
}

test('a login is followed to its end, and the account is shown', async () => {
  const {calls, phases, view} = createStory([SUCCEEDED], () => ADA)
  await view.connect()
  expect(phases()).toEqual(['starting', 'pending', 'connected', 'connected'])
  expect(view.state).toEqual({phase: 'connected', status: ADA, isNew: true})
  expect(calls).toEqual(['flow-1 2'])
})

test('a server that is away for a moment ends nothing', async () => {
  const gone = new ConnectorGoneError('gone')
  const {view, waits} = createStory([gone, gone, PENDING, gone, SUCCEEDED], () => ADA)
  await view.connect()
  expect(view.state.phase).toBe('connected')
  expect(waits).toEqual([1000, 2000, 2000, 1000])
})

test('a server that stays away is given up in words', async () => {
  const gone = new ConnectorGoneError('gone')
  const {calls, view, waits} = createStory(
    Array.from({length: 9}, () => gone),
    () => ADA,
  )
  await view.connect()
  expect(view.state).toEqual({phase: 'gone'})
  expect(waits).toEqual([1000, 2000, 4000, 8000, 8000])
  expect(calls).toHaveLength(6)
})

test.each(['expired', 'failed', 'interrupted', 'simulated'] as const)(
  'a login that has %s shows why, and what to do',
  async (status) => {
    const words = {message: 'The code has expired.', code: 'expired', action: 'Start again.'}
    const {view} = createStory([{...PENDING, ...words, status, state: 'failed'}], () => NOBODY)
    await view.connect()
    expect(view.state).toEqual({phase: 'problem', problem: words})
  },
)

test('cancelling cancels at the server, and goes back to the start', async () => {
  const {calls, view} = createStory([], () => NOBODY)
  const waiting = createStory([], () => NOBODY)
  expect(waiting.view.state.phase).toBe('loading')
  await view.cancel()
  expect(calls).toEqual([])
  const story = createHeldStory()
  void story.view.connect()
  await story.pending
  await story.view.cancel()
  expect(story.calls).toEqual(['cancel flow-1'])
  expect(story.view.state).toEqual({phase: 'idle', status: NOBODY})
})

/** A view whose login stays pending until it is cancelled. */
function createHeldStory() {
  const calls: string[] = []
  const opened: (() => void)[] = []
  const pending = new Promise<void>((resolve) => void opened.push(resolve))
  const client: Partial<ConnectorClient> = {
    startLogin: async () => PENDING,
    getLogin: (_, wait) =>
      new Promise((_resolve, reject) => {
        wait?.signal?.addEventListener('abort', () => reject(new Error('aborted')))
      }),
    async cancelLogin(id) {
      calls.push(`cancel ${id}`)
      return {...PENDING, status: 'cancelled', state: 'failed'}
    },
    getStatus: async () => NOBODY,
  }
  const view = createAccountView({
    client: client as ConnectorClient,
    delay: async () => {},
    onChange: ({phase}) => void (phase === 'pending' && opened[0]?.()),
  })
  return {view, calls, pending}
}

test('a logout shows that nobody is connected any more', async () => {
  const story = createStory([], () => (story.calls.includes('log out') ? NOBODY : ADA))
  await story.view.load()
  expect(story.view.state.phase).toBe('connected')
  await story.view.logOut()
  expect(story.view.state).toEqual({phase: 'idle', status: NOBODY})
})

/** A client of a server that gives one answer. */
function createClient(answer: Response | Error) {
  const requests: Request[] = []
  const client = createConnectorClient({
    baseUrl: 'https://app.example/ops/',
    language: 'es',
    headers: () => ({authorization: 'Bearer app'}),
    async fetch(input, init) {
      requests.push(new Request(input, init))
      if (answer instanceof Error) throw answer
      return answer
    },
  })
  return {client, requests}
}

test('a refusal has its code and its words', async () => {
  const body = {status: 'error', code: 'busy', message: 'Ocupado.', action: 'Espera.'}
  const {client, requests} = createClient(Response.json(body, {status: 409}))
  const error = await rejectionOf(client.cancelLogin('a/b'))
  expect(error).toMatchObject({
    name: 'ConnectorRequestError',
    code: 'busy',
    action: 'Espera.',
    message: 'Ocupado.',
  })
  const [{headers, method, url}] = requests as [Request]
  expect([method, url]).toEqual([
    'POST',
    'https://app.example/ops/connectors/codex/login/a%2Fb/cancel',
  ])
  expect(headers.get('accept-language')).toBe('es')
  expect(headers.get('authorization')).toBe('Bearer app')
})

test.each([
  ['no server', new TypeError('Failed to fetch')],
  ['a page of a proxy', new Response('<h1>Bad gateway</h1>', {status: 502})],
])('%s counts as gone', async (_, answer) => {
  const {client} = createClient(answer)
  expect(await rejectionOf(client.getStatus())).toBeInstanceOf(ConnectorGoneError)
})
