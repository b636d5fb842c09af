/**
 * A hundred logins at once in one connector. The authorization server is a function, so that only ours is measured.
 *
 * @module
 */
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import process from 'node:process'
import {setTimeout} from 'node:timers/promises'
import {delay} from '../../src/base/delay.ts'
import {createConnectorClient} from '../../src/connector/client/connector-client.ts'
import {createConnectorWith, type Connector} from '../../src/connector/create-connector.ts'
import {serve} from '../../src/http/serve.ts'
import {buildLogin} from '../support/accounts/build-login.ts'
import {createMemoryLog} from '../support/memory/memory-log.ts'
import {measureHeldBytes} from './held-memory.ts'
import {median} from './median.ts'
import type {Measurement} from './measurement.ts'

const LOGINS = 100

/** How long the server takes to give a code, in milliseconds. */
const SERVER_MS = 50

interface Bench {
  readonly connector: Connector
  /** The user has typed every code. */
  readonly approve: () => void
}

async function withConnector<Result>(run: (bench: Bench) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(path.join(tmpdir(), 'connector-bench-'))
  const typed = {isTyped: false}
  const {arch, platform} = process
  const connector = createConnectorWith(
    {
      folder: ({id}) => path.join(folder, id),
      authenticate: async ({headers}) => ({id: headers.get('x-user') ?? ''}),
      rateLimit: async () => true,
    },
    {
      process: {
        arch,
        platform,
        kill: () => true,
        env: {ORCH_CODEX_ACCOUNT_MODE_ENABLED: '1', CODEX_AUTH_ISSUER_URL: 'https://auth.example'},
      },
      userHome: folder,
      fetch: createServer(typed),
      now: Date.now,
      delay,
      log: createMemoryLog().log,
      readCardScript: async () => '',
    },
  )
  try {
    return await run({
      connector,
      approve: () => {
        typed.isTyped = true
      },
    })
  } finally {
    await connector.close()
    await rm(folder, {recursive: true, force: true, maxRetries: 3})
  }
}

/** Gives codes, and tokens once they have been typed. */
function createServer(typed: {readonly isTyped: boolean}): typeof globalThis.fetch {
  let count = 0
  return async (input) => {
    const url = input instanceof Request ? input.url : String(input)
    if (url.endsWith('/usercode')) {
      count += 1
      await setTimeout(SERVER_MS)
      const user_code = `ABCD-${String(count).padStart(5, '0')}`
      return Response.json({device_auth_id: `device-${count}`, user_code, interval: '1'})
    }
    if (url.endsWith('/deviceauth/token')) {
      const code = {authorization_code: 'code', code_challenge: 'c', code_verifier: 'v'}
      return typed.isTyped ? Response.json(code) : new Response('{}', {status: 403})
    }
    const {accessToken, idToken, refreshToken} = buildLogin({user: 'ada'})
    return Response.json({
      access_token: accessToken,
      id_token: idToken,
      refresh_token: refreshToken,
    })
  }
}

/** From the change in the connector to the page that waits for it over HTTP: the slowest of them. */
export const stateReachesPage: Measurement = {
  name: 'connector: a state reaches its page, 100 logins at once',
  target: 1000,
  measure: () =>
    withConnector(async ({approve, connector}) => {
      const changedAt = new Map<string, number>()
      connector.subscribe(
        ({id, version}) => void changedAt.set(`${id} ${version}`, performance.now()),
      )
      const server = await serve((request) => connector.handler(request), 0)
      const lags: number[] = []
      const follow = async (user: string) => {
        const baseUrl = new URL('/ops', server.url).href
        const headers = () => ({'x-user': user})
        const client = createConnectorClient({baseUrl, headers, fetch: globalThis.fetch})
        let login = await client.startLogin()
        while (login.state === 'pending') {
          const {poll_id: id, version} = login
          login = await client.getLogin(id, {version, waitSeconds: 25})
          const changed = changedAt.get(`${id} ${login.version}`)
          if (login.version !== version && changed !== undefined)
            lags.push(performance.now() - changed)
        }
        if (login.status !== 'succeeded')
          throw new Error(`A login has ${login.status}: ${login.code}`)
      }
      const all = Array.from({length: LOGINS}, (_, index) => follow(`user-${index}`))
      await setTimeout(3000)
      approve()
      await Promise.all(all)
      await server.close()
      const value = Math.max(...lags)
      return {value, unit: 'ms', detail: `median ${median(lags).toFixed(0)} ms of ${lags.length}`}
    }),
}

/** What a login holds that waits for its code, with a page that waits for news. */
export const memoryOfLogin: Measurement = {
  name: 'connector: memory of a login that waits',
  target: 50,
  measure: () =>
    withConnector(async ({connector}) => {
      const users = Array.from({length: LOGINS}, (_, index) => ({id: `user-${index}`}))
      await connector.startLogin({id: 'first'})
      const before = await measureHeldBytes()
      const flows = await Promise.all(users.map((user) => connector.startLogin(user)))
      const pages = flows.map(({id, version}, index) =>
        connector.waitForLogin(users[index]!, id, {version, timeoutMs: 60_000}),
      )
      const value = ((await measureHeldBytes()) - before) / LOGINS / 1000
      await connector.close()
      await Promise.all(pages)
      return {value, unit: 'kB', detail: `${LOGINS} logins`}
    }),
}

/** What we add to the server's own time until the code is shown, one login after the other. */
export const loginAnswer: Measurement = {
  name: 'connector: until the code is there, without the server',
  target: 300,
  measure: () =>
    withConnector(async ({connector}) => {
      const times: number[] = []
      for (let index = 0; index < 20; index += 1) {
        const startedAt = performance.now()
        await connector.handler(
          new Request('http://app.example/ops/connectors/codex/login', {
            method: 'POST',
            headers: {'x-user': `user-${index}`},
          }),
        )
        times.push(performance.now() - startedAt - SERVER_MS)
      }
      return {
        value: Math.max(...times),
        unit: 'ms',
        detail: `median ${median(times).toFixed(1)} ms`,
      }
    }),
}
