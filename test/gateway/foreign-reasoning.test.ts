import type {IncomingMessage, ServerResponse} from 'node:http'
import {json} from 'node:stream/consumers'
import {expect, test} from 'vitest'
import {startTestGateway} from '../support/gateway/start-gateway.ts'
import {startUpstream} from '../support/gateway/start-upstream.ts'

/** A conversation that moved to another account keeps the reasoning of that account. */

const ADA = 'ada@example.com'
const BOB = 'bob@example.com'
const SPENT = {primary: {usedPercent: 100, resetAfterSeconds: 7200}}
const FRESH = {primary: {usedPercent: 5, resetAfterSeconds: 7200}}

async function start() {
  const story = await startTestGateway({engineOptions: {delay: async () => {}}})
  const said: object[] = []
  const say = async (text: string) => {
    said.push({type: 'message', role: 'user', content: [{type: 'input_text', text}]})
    const response = await story.prompt('', {prompt_cache_key: 'thread-1', input: said})
    const {output = []} = (await response.json()) as {output?: object[]}
    said.push(...output)
    return response.status
  }
  /** Who was asked, how that ended, and how much reasoning went along. */
  const asked = () =>
    story.simulator.requests.flatMap(({account, body, path, status}) => {
      if (!path.includes('/codex/responses')) return []
      const {input} = body as {input: {type?: string}[]}
      const reasoning = input.filter(({type}) => type === 'reasoning').length
      return [`${account?.slice(0, 3)} ${status} ${reasoning}`]
    })
  return {...story, said, say, asked}
}

test('each account is told what it has thought itself, and asked once', async () => {
  const {asked, engine, say, simulator} = await start()
  await say('one')
  simulator.changeAccount(ADA, SPENT)
  await say('two')

  await say('three')
  await say('four')
  simulator.changeAccount(ADA, FRESH)
  simulator.changeAccount(BOB, SPENT)
  await engine.usage.reload.all()
  await say('five')

  expect(asked()).toEqual([
    'ada 200 0',
    'ada 429 1',
    'bob 200 0',
    'bob 200 1',
    'bob 200 2',
    'ada 200 1',
  ])
})

test('a conversation can be made short although another account has thought in it', async () => {
  const asked: number[] = []
  const message = 'The encrypted content gAAA...AAAA could not be verified.'
  const error = {message, code: 'invalid_encrypted_content'}
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const {input} = (await json(incoming)) as {input: object[]}
    asked.push(input.length)
    outgoing.writeHead(input.length > 1 ? 400 : 200, {'content-type': 'application/json'})
    outgoing.end(JSON.stringify(input.length > 1 ? {error} : {output: [{type: 'compaction'}]}))
  }
  const upstream = await startUpstream((incoming, outgoing) => {
    if (incoming.url?.endsWith('/responses/compact') !== true) {
      outgoing.writeHead(404).end()
      return
    }
    void answer(incoming, outgoing)
  })
  const {ask} = await startTestGateway({backendUrl: upstream.url})
  const input = [
    {role: 'user', content: 'hello'},
    {type: 'reasoning', summary: [], encrypted_content: 'gAAAAABfromAnotherServer'},
  ]

  const body = JSON.stringify({model: 'gpt-5.5', input})
  const response = await ask('/v1/responses/compact', {method: 'POST', body})

  expect(response.status).toBe(200)
  expect(asked).toEqual([2, 1])
})

test('what nobody here has made is left out once the account cannot read it, and its own stays', async () => {
  const {asked, said, say} = await start()
  await say('one')
  said.push({type: 'reasoning', summary: [], encrypted_content: 'gAAAAABfromAnotherServer'})

  const status = await say('two')

  expect(status).toBe(200)
  expect(asked()).toEqual(['ada 200 0', 'ada 400 2', 'ada 200 1'])
})
