import {expect, test} from 'vitest'
import type {Fault} from '../../src/simulator/state/fault.ts'
import type {Simulator} from '../../src/simulator/start-simulator.ts'
import {
  ask,
  readEvents,
  readText,
  startTestSimulator,
  userMessage,
} from '../support/servers/ask-simulator.ts'
import {eventually} from '../support/eventually.ts'

async function addFault(simulator: Simulator, fault: object): Promise<Response> {
  return fetch(new URL('/_simulator/faults', simulator.url), {
    method: 'POST',
    body: JSON.stringify(fault),
  })
}

/** What a client has of an answer when its connection drops. */
async function readUntilDrop(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  const read = async () => {
    const body: AsyncIterable<Uint8Array> | null = response.body
    for await (const chunk of body ?? []) text += decoder.decode(chunk)
  }
  await expect(read()).rejects.toThrow('terminated')
  return text
}

test('a status fault replaces the next answers, and then no more', async () => {
  const simulator = await startTestSimulator()
  simulator.addFault({
    endpoint: 'responses',
    kind: 'status',
    status: 503,
    body: {error: {code: 'server_is_overloaded'}},
    headers: {'retry-after': '2'},
    times: 2,
  })

  const answers = [await ask(simulator), await ask(simulator), await ask(simulator)]

  expect(answers.map(({status}) => status)).toEqual([503, 503, 200])
  expect(answers[0]?.headers.get('retry-after')).toBe('2')
  expect(await answers[0]?.json()).toEqual({error: {code: 'server_is_overloaded'}})
  expect(simulator.faults).toEqual([])
})

test('a fault may name method and path, and text as its body', async () => {
  const simulator = await startTestSimulator()
  const endpoint = 'GET /backend-api/wham/tasks'
  simulator.addFault({endpoint, kind: 'status', status: 502, body: '<html>Bad gateway</html>'})

  const response = await fetch(new URL('/backend-api/wham/tasks', simulator.url))

  expect([response.status, await response.text()]).toEqual([502, '<html>Bad gateway</html>'])
})

test('a fault may be for one account', async () => {
  const simulator = await startTestSimulator({
    accounts: [{email: 'ada@example.com'}, {email: 'bob@example.com'}],
  })
  const account = 'bob@example.com'
  simulator.addFault({endpoint: 'responses', kind: 'status', status: 500, account})
  const bob = await simulator.issueTokens(account)

  const [ofAda, ofBob] = [await ask(simulator), await ask(simulator, {}, {token: bob.access_token})]

  expect([ofAda.status, ofBob.status]).toEqual([200, 500])
})

test('a cut drops the connection before any answer', async () => {
  const simulator = await startTestSimulator()
  simulator.addFault({endpoint: 'responses', kind: 'cut'})

  await expect(ask(simulator)).rejects.toThrow('fetch failed')
})

test('a cut drops the connection after so many bytes', async () => {
  const simulator = await startTestSimulator()
  simulator.addFault({endpoint: 'responses', kind: 'cut', afterBytes: 30})

  const text = await readUntilDrop(await ask(simulator))

  expect(text).toBe('event: response.created\ndata: ')
  expect(simulator.requests.at(-1)).toMatchObject({fault: 'cut', closedEarly: false})
})

test('a cut drops the connection after so many events', async () => {
  const simulator = await startTestSimulator()
  simulator.addFault({endpoint: 'responses', kind: 'cut', afterEvents: 2})

  const text = await readUntilDrop(await ask(simulator))

  expect(text.match(/^event: .*$/gm)).toEqual([
    'event: response.created',
    'event: response.in_progress',
  ])
})

test('a stall sends nothing until the client goes away, which is recorded', async () => {
  const simulator = await startTestSimulator()
  simulator.addFault({endpoint: 'responses', kind: 'stall'})
  const client = new AbortController()

  const answer = ask(simulator, {}, {signal: client.signal})
  await eventually(() => expect(simulator.requests.at(-1)?.fault).toBe('stall'))
  client.abort()

  await expect(answer).rejects.toThrow('aborted')
  await eventually(() => expect(simulator.requests.at(-1)?.closedEarly).toBe(true))
})

test('a stall after some events keeps the connection open', async () => {
  const simulator = await startTestSimulator()
  simulator.addFault({endpoint: 'responses', kind: 'stall', afterEvents: 1})
  const client = new AbortController()
  const response = await ask(simulator, {}, {signal: client.signal})
  const reader = response.body!.getReader()

  const first = new TextDecoder().decode((await reader.read()).value)
  const second = reader.read()
  client.abort()

  expect(first).toMatch(/^event: response\.created\n[^]*\n\n$/)
  await expect(second).rejects.toThrow('aborted')
})

test.each([{forMs: 1}, {forMs: 1, afterEvents: 3}])('a stall %o ends by itself', async (fields) => {
  const simulator = await startTestSimulator()
  simulator.addFault({endpoint: 'responses', kind: 'stall', ...fields})

  expect(await readText(await ask(simulator))).toBe('gpt-5.5 (medium) heard: hello')
})

test('slow sends every event on its own', async () => {
  const simulator = await startTestSimulator()
  simulator.addFault({endpoint: 'responses', kind: 'slow', delayMs: 1})

  const response = await ask(simulator)

  const chunks: string[] = []
  const body: AsyncIterable<Uint8Array> = response.body!
  for await (const chunk of body) chunks.push(new TextDecoder().decode(chunk))
  expect(chunks[0]?.match(/^event: /gm)).toHaveLength(1)
  expect(chunks.at(-1)).toContain('event: response.completed')
})

test('an error event ends an answer that began well', async () => {
  const simulator = await startTestSimulator()
  const error = {type: 'usage_limit_reached', message: 'The usage limit has been reached'}
  simulator.addFault({endpoint: 'responses', kind: 'error-event', status: 429, error})

  const events = await readEvents(await ask(simulator))

  expect(events.map(({type}) => type)).toEqual([
    'response.created',
    'response.in_progress',
    'error',
  ])
  expect(events.at(-1)).toMatchObject({status: 429, error, sequence_number: 2})
})

test('response.failed may come after output', async () => {
  const simulator = await startTestSimulator()
  const error = {code: 'server_is_overloaded', message: 'Try later'}
  const fault: Fault = {endpoint: 'responses', kind: 'response-failed', error, afterEvents: 7}
  simulator.addFault(fault)

  const events = await readEvents(await ask(simulator))

  expect(events).toHaveLength(8)
  expect(events.at(-2)?.type).toBe('response.output_text.delta')
  expect(events.at(-1)).toMatchObject({
    type: 'response.failed',
    response: {status: 'failed', error},
  })
})

test('response.incomplete says why', async () => {
  const simulator = await startTestSimulator()
  simulator.addFault({endpoint: 'responses', kind: 'response-incomplete'})

  const events = await readEvents(await ask(simulator))

  expect(events.at(-1)).toMatchObject({
    type: 'response.incomplete',
    response: {status: 'incomplete', incomplete_details: {reason: 'content_filter'}},
  })
})

test('a malformed event stands at its place among good ones', async () => {
  const simulator = await startTestSimulator()
  simulator.addFault({endpoint: 'responses', kind: 'malformed-event', atEvent: 1})

  const text = await (await ask(simulator)).text()

  const frames = text.split('\n\n')
  expect(frames[0]).toContain('event: response.created')
  expect(frames[1]).toBe('event: response.output_text.delta\ndata: {"type":"respon')
  expect(frames.at(-2)).toContain('event: response.completed')
})

test.each([
  ['crlf', '\r\n'],
  ['cr', '\r'],
] as const)('lines may end with %s', async (lineEnding, characters) => {
  const simulator = await startTestSimulator()
  simulator.addFault({endpoint: 'responses', kind: 'line-endings', lineEnding})

  const text = await (await ask(simulator)).text()

  expect(text.startsWith(`event: response.created${characters}data: {`)).toBe(true)
  expect(text.endsWith(`}${characters}${characters}`)).toBe(true)
  expect(text.replaceAll(characters, '')).not.toMatch(/[\r\n]/)
})

test('bytes may come one by one, also in the middle of a character', async () => {
  const simulator = await startTestSimulator()
  simulator.addFault({endpoint: 'responses', kind: 'byte-by-byte'})

  const text = await readText(await ask(simulator, {input: [userMessage('grün 🌱')]}))

  expect(text).toBe('gpt-5.5 (medium) heard: grün 🌱')
})

test('the terminal event may be missing', async () => {
  const simulator = await startTestSimulator()
  simulator.addFault({endpoint: 'responses', kind: 'no-terminal-event'})

  const events = await readEvents(await ask(simulator))

  expect(events.at(-1)?.type).toBe('response.output_item.done')
})

test('response.done may stand in for response.completed', async () => {
  const simulator = await startTestSimulator()
  simulator.addFault({endpoint: 'responses', kind: 'response-done'})

  const text = await (await ask(simulator)).text()

  expect(text).toContain('event: response.done\ndata: {"type":"response.done"')
  expect(text).not.toContain('response.completed')
})

test('the token endpoint can fail as well', async () => {
  const simulator = await startTestSimulator()
  await addFault(simulator, {endpoint: 'token', kind: 'status', status: 500})

  const response = await fetch(new URL('/oauth/token', simulator.url), {method: 'POST'})

  expect(response.status).toBe(500)
})

test('faults can be added, listed and forgotten over HTTP', async () => {
  const simulator = await startTestSimulator()
  const url = new URL('/_simulator/faults', simulator.url)
  const fault = {endpoint: 'models', kind: 'cut', times: 3}

  const added = await addFault(simulator, fault)
  const listed = await (await fetch(url)).json()
  await fetch(url, {method: 'DELETE'})

  expect(added.status).toBe(201)
  expect(listed).toEqual({faults: [{fault, remaining: 3}]})
  expect(await (await fetch(url)).json()).toEqual({faults: []})
})

test.each([
  ['a kind that does not exist', {endpoint: 'token', kind: 'explode'}, /Invalid/],
  ['a field that does not exist', {endpoint: 'token', kind: 'cut', afterByte: 1}, /afterByte/],
  ['an endpoint that does not exist', {endpoint: 'tokens', kind: 'cut'}, /endpoint/],
  ['a body that is not JSON', undefined, /^The body is not JSON\. Send a JSON object/],
])('%s is explained', async (_, fault, detail) => {
  const simulator = await startTestSimulator()

  const response = await fetch(new URL('/_simulator/faults', simulator.url), {
    method: 'POST',
    body: fault === undefined ? 'fault' : JSON.stringify(fault),
  })

  const body = (await response.json()) as {detail: string}
  expect(response.status).toBe(400)
  expect(body.detail).toMatch(detail)
})
