import {expect, test} from 'vitest'
import {findForeignCaller} from '../../../src/gateway/server/guard-request.ts'
import {askRaw} from '../../support/gateway/ask-raw.ts'
import {startTestGateway} from '../../support/gateway/start-gateway.ts'

/** Web pages and other machines spend nobody's quota. */

const LOCAL = {address: '127.0.0.1', port: 4319}

test.for([
  [{host: '127.0.0.1:4319'}],
  [{host: 'localhost:4319'}],
  [{host: 'LOCALHOST:4319'}],
  [{host: '[::1]:4319'}],
  [{host: '127.0.0.1:4319', origin: 'http://127.0.0.1:4319'}],
  [{host: '127.0.0.1:4319', 'sec-fetch-site': 'same-origin'}],
  [{host: '127.0.0.1:4319', 'sec-fetch-site': 'none'}],
])('answers a program of this machine: %j', ([headers]) => {
  expect(findForeignCaller({headers: headers!}, LOCAL)).toBeUndefined()
})

test.for([
  [{}],
  [{host: ''}],
  [{host: 'a b'}],
  [{host: 'rebound.example:4319'}],
  [{host: 'rebound.example@127.0.0.1:4319'}],
  [{host: '127.0.0.1:80'}],
  [{host: '127.0.0.1'}],
  [{host: '127.0.0.1:4319', origin: 'https://page.example'}],
  [{host: '127.0.0.1:4319', origin: 'null'}],
  [{host: '127.0.0.1:4319', origin: 'http://localhost:4319'}],
  [{host: '127.0.0.1:4319', 'sec-fetch-site': 'cross-site'}],
  [{host: '127.0.0.1:4319', 'sec-fetch-site': 'same-site'}],
])('answers nobody else: %j', ([headers]) => {
  expect(findForeignCaller({headers: headers!}, LOCAL)).toMatch(/\.$/)
})

test('on every address, numbers are names of this machine, and words are not', () => {
  const place = {address: '0.0.0.0', port: 4319}
  const hosts = ['192.168.1.5:4319', '[fe80::1]:4319', 'gateway.example:4319']

  const answers = hosts.map((host) => findForeignCaller({headers: {host}}, place) === undefined)

  expect(answers).toEqual([true, true, false])
})

test('a page is refused whatever it asks, and is told nothing that it may read', async () => {
  const {ask, gateway, simulator} = await startTestGateway()
  const headers = {origin: 'https://page.example'}

  const answers = await Promise.all(
    (['GET', 'POST', 'OPTIONS', 'DELETE'] as const).flatMap((method) =>
      ['/health', '/v1/responses', '/backend-api/wham/usage'].map((path) =>
        ask(path, {method, headers}),
      ),
    ),
  )
  const rebound = await askRaw(gateway.url, [
    'GET /v1/models HTTP/1.1',
    `Host: rebound.example:${gateway.url.port}`,
    'Connection: close',
  ])

  expect(new Set(answers.map(({status}) => status))).toEqual(new Set([403]))
  expect(
    answers.flatMap(({headers: given}) => given.get('access-control-allow-origin') ?? []),
  ).toEqual([])
  expect(rebound).toMatch(/^HTTP\/1\.1 403 /)
  expect(simulator.counts).toEqual({})
})

test('addresses that are none are refused in words, and end nothing', async () => {
  const {ask, gateway} = await startTestGateway()
  const host = `Host: ${gateway.url.host}`

  const bad = await Promise.all(
    [
      'GET http://other.example/ HTTP/1.1',
      'OPTIONS * HTTP/1.1',
      'GET //other.example/v1 HTTP/1.1',
    ].map((line) => askRaw(gateway.url, [line, host, 'Connection: close'])),
  )

  expect(bad.map((text) => text.slice(9, 12))).toEqual(['400', '400', '404'])
  expect((await ask('/health')).status).toBe(200)
})
