import {createServer, type IncomingMessage} from 'node:http'
import type {AddressInfo} from 'node:net'
import {expect, onTestFinished, test} from 'vitest'
import {createNetworkFetch} from '../../../src/cli/network/create-network-fetch.ts'

/** The way to a server, as the variables of the environment name it. */

const direct = () => Promise.resolve(new Response('direct'))

/** A proxy that refuses every host. */
async function startProxy() {
  const asked: IncomingMessage[] = []
  const server = createServer().on('connect', (request: IncomingMessage, socket) => {
    asked.push(request)
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return {asked, host: `127.0.0.1:${(server.address() as AddressInfo).port}`}
}

test.each([{}, {HTTPS_PROXY: '  '}, {HTTP_PROXY: 'http://127.0.0.1:9', NO_PROXY: '*'}])(
  'is the plain fetch where %j names no proxy for https',
  (env) => {
    expect(createNetworkFetch(env, direct)).toBe(direct)
  },
)

test.each([
  ['https_proxy', 'HTTPS_PROXY'],
  ['HTTPS_PROXY', 'all_proxy'],
  ['all_proxy', 'ALL_PROXY'],
  ['ALL_PROXY', 'HTTP_PROXY'],
])('%s outranks %s', async (stronger, weaker) => {
  const proxy = await startProxy()
  const fetch = createNetworkFetch({[stronger]: proxy.host, [weaker]: 'http://127.0.0.1:9'}, direct)

  await expect(fetch('https://chatgpt.example/')).rejects.toThrow('fetch failed')

  expect(proxy.asked.map(({url}) => url)).toEqual(['chatgpt.example:443'])
})

test('a user name and a password reach the proxy', async () => {
  const proxy = await startProxy()
  const fetch = createNetworkFetch({HTTPS_PROXY: `http://ada:pass%20word@${proxy.host}`}, direct)

  await expect(fetch('https://chatgpt.example/')).rejects.toThrow('fetch failed')

  const [request] = proxy.asked
  expect(request?.headers['proxy-authorization']).toBe('Basic YWRhOnBhc3Mgd29yZA==')
})

test.each([
  ['localhost', ''],
  ['127.0.0.1', ''],
  ['127.0.0.1', 'intranet.example'],
])('this machine (%s) is asked without the proxy', async (host, noProxy) => {
  const proxy = await startProxy()
  const server = createServer((_request, response) => response.end('direct'))
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const fetch = createNetworkFetch({HTTPS_PROXY: proxy.host, NO_PROXY: noProxy}, direct)

  const answer = await fetch(`http://${host}:${(server.address() as AddressInfo).port}/`)

  expect(await answer.text()).toBe('direct')
  expect(proxy.asked).toEqual([])
})

test.each(['*', 'chatgpt.example', '.example', 'a.example, chatgpt.example:443'])(
  'NO_PROXY=%s leaves the proxy out',
  async (noProxy) => {
    const proxy = await startProxy()
    const fetch = createNetworkFetch({HTTPS_PROXY: proxy.host, NO_PROXY: noProxy}, direct)

    await expect(fetch('https://chatgpt.example/')).rejects.toThrow('fetch failed')

    expect(proxy.asked).toEqual([])
  },
)

test.each(['http://', 'ftp://proxy.example', 'http://ada:secret@:80', 'a b'])(
  'HTTPS_PROXY=%s is refused without being shown',
  async (value) => {
    const fetch = createNetworkFetch({HTTPS_PROXY: value}, direct)

    await expect(fetch('https://chatgpt.example/')).rejects.toMatchObject({
      code: 'ERR_CONFIGURATION',
      message:
        'HTTPS_PROXY is not the address of a proxy. Correct it (for example http://proxy.example:8080), or unset it.',
    })
  },
)
