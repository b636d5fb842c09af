import {once} from 'node:events'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import express from 'express'
import fastify from 'fastify'
import {Hono} from 'hono'
import {expect, onTestFinished, test} from 'vitest'
import {createConnectorClient} from '../../../src/connector/client/connector-client.ts'
import {toFastifyHandler, toNodeListener} from '../../../src/connector/mounts/to-node-listener.ts'
import {serve, type RequestHandler} from '../../../src/http/serve.ts'
import {startConnector} from '../../support/stories/start-connector.ts'

type Close = () => unknown

/** Starts a server, and says where it is. */
type Start = (handler: RequestHandler) => Promise<{readonly port: number; readonly close: Close}>

async function listen(server: ReturnType<typeof createServer>) {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {port: (server.address() as AddressInfo).port, close: () => server.close()}
}

const SERVERS: Readonly<Record<string, Start>> = {
  'node:http': (handler) => listen(createServer(toNodeListener(handler))),
  Express: (handler) => {
    const app = express()
    app.use(express.json())
    app.use(toNodeListener(handler))
    app.get('/own', (_request, response) => void response.send('own'))
    return listen(createServer(app))
  },
  'Express, below a path': (handler) => {
    const app = express()
    app.use('/ops', toNodeListener(handler))
    app.get('/own', (_request, response) => void response.send('own'))
    return listen(createServer(app))
  },
  Fastify: async (handler) => {
    const app = fastify()
    app.all('/ops/*', toFastifyHandler(handler))
    app.get('/own', async () => 'own')
    await app.listen({port: 0, host: '127.0.0.1'})
    return {port: (app.server.address() as AddressInfo).port, close: () => app.close()}
  },
  Hono: async (handler) => {
    const app = new Hono()
    app.all('/ops/*', (context) => handler(context.req.raw))
    app.get('/own', (context) => context.text('own'))
    const server = await serve(async (request) => app.fetch(request), 0)
    return {port: Number(server.url.port), close: () => server.close()}
  },
}

test.each(Object.entries(SERVERS))('the connector works in %s', async (name, start) => {
  const {connector, simulator} = await startConnector({authenticate: async () => ({id: 'ada'})})
  const {close, port} = await start((request) => connector.handler(request))
  onTestFinished(() => void close())
  const origin = `http://127.0.0.1:${port}`
  const client = createConnectorClient({baseUrl: `${origin}/ops`, fetch: globalThis.fetch})
  const login = await client.startLogin()
  const news = client.getLogin(login.poll_id, {version: login.version, waitSeconds: 20})
  await simulator.approveDevice(login.user_code ?? '')
  expect(await news).toMatchObject({status: 'succeeded', email: 'ada@example.com'})
  expect(await client.refresh()).toMatchObject({status: 'PROVIDER_AUTH_APPROVED'})
  const evil = {method: 'POST', headers: {origin: 'https://evil.example'}}
  expect((await fetch(`${origin}/ops/connectors/codex/logout`, evil)).status).toBe(403)
  const own = await (await fetch(`${origin}/own`)).text()
  expect(name === 'node:http' || own === 'own').toBe(true)
})
