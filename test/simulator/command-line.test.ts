import {expect, test} from 'vitest'
import {describeSimulator, parseCommand} from '../../src/simulator/command-line.ts'
import {accountChangeSchema} from '../../src/simulator/control/account-change.ts'
import {HELP} from '../../src/simulator/help.ts'
import {ENDPOINT_NAMES, faultSchema} from '../../src/simulator/state/fault.ts'
import {accountSeedSchema} from '../../src/simulator/state/simulated-account.ts'
import {startTestSimulator} from '../support/servers/ask-simulator.ts'

test('starts with one account on a free port', () => {
  expect(parseCommand([])).toEqual({
    kind: 'start',
    options: {port: 0, accounts: [{email: 'you@example.com', plan: 'plus', olderModels: true}]},
  })
})

test('takes a port, accounts and older models', () => {
  const args = ['--port', '8080', '--account', 'ada@example.com:pro', '--account', 'b@example.com']

  expect(parseCommand([...args, '--older-models=false'])).toEqual({
    kind: 'start',
    options: {
      port: 8080,
      accounts: [
        {email: 'ada@example.com', plan: 'pro', olderModels: false},
        {email: 'b@example.com', plan: 'plus', olderModels: false},
      ],
    },
  })
})

test('shows its help', () => {
  expect(parseCommand(['--help'])).toEqual({kind: 'help'})
})

test.each([
  [['--prot', '1'], "Unknown option '--prot'"],
  [['--port', 'x'], '--port needs a number from 0 to 65535.'],
  [['--port', '70000'], '--port needs a number from 0 to 65535.'],
  [['--account', 'ada'], '--account needs email:plan, for example ada@example.com:plus.'],
  [
    ['--account', 'a@example.com', '--account', 'a@example.com:pro'],
    '--account names the same email twice.',
  ],
  [['--older-models=no'], '--older-models needs true or false: --older-models=false.'],
  [['start'], "Unexpected argument 'start'"],
])('%j is explained', (args, message) => {
  const command = parseCommand(args)

  expect(command).toMatchObject({kind: 'invalid'})
  expect(command).toHaveProperty('message', expect.stringContaining(message))
})

test('says what to export, and how to point the official CLI here', async () => {
  const simulator = await startTestSimulator()
  const {port} = simulator.url

  const text = describeSimulator(simulator)

  expect(text).toContain(`  CODEX_AUTH_ISSUER_URL=http://127.0.0.1:${port}\n`)
  expect(text).toContain(`  CODEX_BACKEND_URL=http://127.0.0.1:${port}/backend-api\n`)
  expect(text).toContain(`openai_base_url = "http://127.0.0.1:${port}/backend-api/codex"`)
  expect(text).toContain(`chatgpt_base_url = "http://localhost:${port}/backend-api/"`)
  expect(text).toContain('you@example.com (plan: plus)')
})

test('its help names every endpoint, kind of fault, and field of an account', () => {
  const fields = [
    ...faultSchema.options.map(({shape}) => shape.kind.value),
    ...ENDPOINT_NAMES,
    ...Object.keys(accountChangeSchema.shape),
    ...Object.keys(accountSeedSchema.shape),
  ]

  expect(fields.filter((field) => !HELP.includes(field))).toEqual([])
})

test('a wrong method is told which ones there are, and a body that is no JSON gets a sentence', async () => {
  const simulator = await startTestSimulator()
  const ask = (path: string, init: RequestInit) => fetch(new URL(path, simulator.url), init)

  const wrong = await ask('/_simulator/accounts', {method: 'DELETE'})
  const token = await ask('/oauth/token', {method: 'GET'})
  const text = await ask('/_simulator/faults', {method: 'POST', body: 'cut'})

  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, POST, PATCH'])
  expect([token.status, token.headers.get('allow')]).toEqual([405, 'POST'])
  expect([text.status, await text.json()]).toEqual([
    400,
    {
      detail:
        'The body is not JSON. Send a JSON object; npm run simulator -- --help has an example of each.',
    },
  ])
})
