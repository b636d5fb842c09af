import {createServer, type Server} from 'node:net'
import type {AddressInfo} from 'node:net'
import {describe, expect, onTestFinished, test} from 'vitest'
import {isUnsent} from '../../src/oauth/unsent-request.ts'
import {rejectionOf} from '../support/rejection.ts'

function toFetchError(cause: object): TypeError {
  return new TypeError('fetch failed', {cause})
}

function toError(code: string, message = code): Error {
  return Object.assign(new Error(message), {code})
}

describe('a request that reached nobody', () => {
  test.each([
    'ECONNREFUSED',
    'ENOTFOUND',
    'EAI_AGAIN',
    'ENETUNREACH',
    'EHOSTUNREACH',
    'UND_ERR_CONNECT_TIMEOUT',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'CERT_HAS_EXPIRED',
    'ERR_TLS_CERT_ALTNAME_INVALID',
  ])('%s', (code) => {
    expect(isUnsent(toFetchError(toError(code)))).toBe(true)
  })

  test('each address of the name', () => {
    const errors = [toError('ECONNREFUSED'), toError('ENETUNREACH')]
    expect(isUnsent(toFetchError(new AggregateError(errors)))).toBe(true)
  })

  test('a handshake that broke off', () => {
    const message =
      'Client network socket disconnected before secure TLS connection was established'
    expect(isUnsent(toFetchError(toError('ECONNRESET', message)))).toBe(true)
  })

  test('a port on which nobody listens', async () => {
    const server = createServer()
    const url = await listen(server)
    await new Promise((resolve) => void server.close(resolve))
    expect(isUnsent(await rejectionOf(fetch(url)))).toBe(true)
  })

  test.each(['http://127.0.0.1:9/', 'gopher://127.0.0.1/'])(
    'an address that is never asked: %s',
    async (url) => {
      expect(isUnsent(await rejectionOf(fetch(url)))).toBe(true)
    },
  )
})

describe('a request that may have been read', () => {
  test.each([
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'UND_ERR_SOCKET',
    'UND_ERR_HEADERS_TIMEOUT',
    'EPROTO',
  ])('%s', (code) => {
    expect(isUnsent(toFetchError(toError(code)))).toBe(false)
  })

  test('when nothing says why it failed', () => {
    expect(isUnsent(new TypeError('fetch failed'))).toBe(false)
    expect(isUnsent(undefined)).toBe(false)
    expect(
      isUnsent(toFetchError(new AggregateError([toError('ECONNREFUSED'), toError('EPIPE')]))),
    ).toBe(false)
  })

  test('when the connection ends after the question', async () => {
    const server = await listen(
      createServer((socket) => socket.once('data', () => socket.destroy())),
    )
    const error = await rejectionOf(fetch(server, {method: 'POST', body: 'question'}))
    expect(isUnsent(error)).toBe(false)
  })
})

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}
