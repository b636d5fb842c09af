import {existsSync, readFileSync, statSync, symlinkSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {expect, test} from 'vitest'
import {createBodyCapture} from '../../../src/gateway/watch/capture-body.ts'
import {createLogFile} from '../../../src/gateway/watch/create-log-file.ts'
import {logRequests} from '../../../src/gateway/watch/log-requests.ts'
import {startTestGateway} from '../../support/gateway/start-gateway.ts'
import {eventually} from '../../support/eventually.ts'
import {makeTemporaryFolder} from '../../support/temporary-folder.ts'

/** What is written down for a look at what clients send: on demand, for this user alone, and without secrets. */

const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl'
const IMAGE = `data:image/png;base64,${'A'.repeat(40)}`

test('a log with headers has their names, no session, no token and no text of the conversation', async () => {
  const file = path.join(makeTemporaryFolder(), 'gateway.log')
  const log = createLogFile(file, {isDebug: true})
  const shown: string[] = []
  const {prompt} = await startTestGateway({
    log,
    observers: [
      logRequests({
        log,
        toName: () => 'work',
        show: (line) => void shown.push(line),
        withHeaders: true,
      }),
    ],
  })

  const headers = {
    authorization: `Bearer ${TOKEN}`,
    'session-id': 'a-session-of-mine',
    'x-openai-session': 'a-session-of-mine',
    'chatgpt-account-id': 'a-workspace-of-mine',
    cookie: 'c=a-cookie-of-mine',
    originator: 'codex_exec',
  }
  await (await prompt('a poem of mine', {prompt_cache_key: 'a-key-of-mine'}, headers)).text()
  log.close()
  const text = readFileSync(file, 'utf8')

  expect(text).toContain('"originator":"codex_exec"')
  expect(text).toContain('"session-id":"<redacted>"')
  expect(text + shown.join()).not.toMatch(/of[- ]mine|eyJ/)
  expect(shown).toEqual(['Gateway: POST /v1/responses -> work 200'])
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('a captured body is whole but for its secrets, and no link leads it elsewhere', async () => {
  const folder = makeTemporaryFolder()
  const file = path.join(folder, 'gateway.last-body.json')
  const elsewhere = path.join(folder, 'elsewhere')
  writeFileSync(elsewhere, 'kept')
  symlinkSync(elsewhere, file)
  const log = createLogFile(path.join(folder, 'gateway.log'))
  const {prompt} = await startTestGateway({onBody: createBodyCapture(file, log)})
  const input = [
    {
      role: 'user',
      content: [
        {type: 'input_text', text: `my token is ${TOKEN}`},
        {type: 'input_image', image_url: IMAGE},
      ],
    },
  ]

  await (await prompt('', {input, metadata: {api_key: 'abc'}})).text()
  await eventually(() => expect(statSync(file).size).toBeGreaterThan(10))

  const text = readFileSync(file, 'utf8')
  expect(JSON.parse(text)).toMatchObject({
    model: 'gpt-5.5',
    metadata: {api_key: '<redacted>'},
    input: [
      {
        content: [
          {type: 'input_text', text: 'my token is <redacted>'},
          {type: 'input_image', image_url: '<redacted>'},
        ],
      },
    ],
  })
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readFileSync(elsewhere, 'utf8')).toBe('kept')
  log.close()
})

test('without being asked for it, no body is written down', async () => {
  const folder = makeTemporaryFolder()
  const log = createLogFile(path.join(folder, 'gateway.log'))
  const {prompt} = await startTestGateway({log, observers: [logRequests({log, toName: String})]})

  await (await prompt('a poem of mine')).text()
  log.close()

  expect(existsSync(path.join(folder, 'gateway.last-body.json'))).toBe(false)
  const text = readFileSync(path.join(folder, 'gateway.log'), 'utf8')
  expect(text).toContain('"path":"/v1/responses"')
  expect(text).not.toMatch(/poem|redacted/)
})
