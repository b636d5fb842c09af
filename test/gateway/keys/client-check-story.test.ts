import {expect, onTestFinished, test} from 'vitest'
import {KeyFile} from '../../../src/gateway/keys/key-file.ts'
import {openClientCheck, type OpenClientCheck} from '../../../src/gateway/keys/open-client-check.ts'
import {startTestGateway} from '../../support/gateway/start-gateway.ts'
import {createMemoryLog} from '../../support/memory/memory-log.ts'
import {makeTemporaryFolder} from '../../support/temporary-folder.ts'

async function startGuardedGateway() {
  const base = makeTemporaryFolder()
  const file = new KeyFile({base, now: Date.now, onDamage: () => undefined})
  const opened: {check?: OpenClientCheck} = {}
  const started = await startTestGateway({
    checkClient: async (head) => (await opened.check?.checkClient(head)) ?? refusal,
  })
  const refusal = {kind: 'refused', status: 401, message: 'Too early.'} as const
  const {log} = createMemoryLog()
  const check = openClientCheck({base, engine: started.engine, file, log})
  opened.check = check
  onTestFinished(() => check.close())
  return {...started, file}
}

const KEY = {name: 'laptop', class: 'interactive', scopes: ['answers']} as const

test('nobody is answered without a key, not even when the body is none', async () => {
  const {ask, prompt, simulator} = await startGuardedGateway()

  const refused = await prompt('Hello')
  expect(refused.status).toBe(401)
  expect(await refused.json()).toMatchObject({
    error: {code: 'client_unknown', message: expect.stringContaining('keys add') as string},
  })
  expect((await ask('/v1/models')).status).toBe(401)
  expect((await ask('/health')).status).toBe(200)
  expect(simulator.requests.filter(({path}) => path.endsWith('/responses'))).toEqual([])
})

test('a key asks for the models that it is for', async () => {
  const {ask, prompt, file} = await startGuardedGateway()
  const {key} = await file.add({...KEY, models: ['gpt-5.4']})
  const headers = {authorization: `Bearer ${key}`}

  const refused = await prompt('Hello', {}, headers)
  expect(refused.status).toBe(400)
  expect(await refused.json()).toMatchObject({
    error: {message: 'The client key laptop is not for gpt-5.5. It may ask for gpt-5.4.'},
  })
  expect(await (await ask('/v1/models', {headers})).json()).toMatchObject({data: []})

  const open = await file.add(KEY)
  const answer = await prompt('Hello', {}, {authorization: `Bearer ${open.key}`})
  expect(answer.status).toBe(200)
})

test('the login of an account is its key, also one that the gateway does not have', async () => {
  const {prompt, simulator} = await startGuardedGateway()
  const ask = async (token: string) =>
    prompt('Hello', {}, {authorization: `Bearer ${token}`, 'user-agent': 'codex_exec/0.171.0'})
  const own = await simulator.issueTokens('ada@example.com')
  const [, claims = ''] = own.access_token.split('.')

  expect((await ask(own.access_token)).status).toBe(200)
  // It says the same of itself, and nobody has signed it. The official client would log out for a 401.
  expect((await ask(`e30.${claims}.e30`)).status).toBe(400)
})
