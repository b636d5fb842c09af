import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {expect, test} from 'vitest'
import {createAccountDirectories} from '../../../src/accounts/directories/account-directories.ts'
import {connectAccount, startConnector} from '../../support/stories/start-connector.ts'
import {eventually} from '../../support/eventually.ts'
import {createMemoryLog} from '../../support/memory/memory-log.ts'
import {makeTemporaryFolder} from '../../support/temporary-folder.ts'

/** What applications and their proxies do that no page does. */

const STATUS = '/connectors/codex/auth-status'
const LOGIN = 'POST /connectors/codex/login'

test('HEAD is GET without a body, OPTIONS of its own page is taken, and 405 names what is', async () => {
  const {ask, connector} = await startConnector()
  const url = `http://app.example/ops${STATUS}`
  const headers = {'x-user': 'ada'}

  const head = await connector.handler(new Request(url, {method: 'HEAD', headers}))
  const options = await ask(`OPTIONS ${STATUS}`)
  const wrong = await ask(`DELETE ${STATUS}`)
  const slash = await ask(`GET ${STATUS}/`)

  expect([head.status, await head.text()]).toEqual([200, ''])
  expect(options.status).toBe(204)
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  expect(slash.status).toBe(200)
})

test.each(['/api/', 'api', '/api//'])('the base path %s is /api', async (basePath) => {
  const {connector} = await startConnector({basePath})
  const request = new Request(`http://app.example/api${STATUS}`, {headers: {'x-user': 'ada'}})
  expect((await connector.handler(request)).status).toBe(200)
})

async function failLate(): Promise<void> {
  throw new Error('no database')
}

function failAtOnce(): void {
  throw new Error('no database')
}

test.each([failLate, failAtOnce])('an audit that fails changes no answer: %o', async (audit) => {
  const {ask, lines} = await startConnector({audit})

  const {status} = await ask(`GET ${STATUS}`)

  expect(status).toBe(200)
  await eventually(() => expect(lines.join('\n')).toContain('An audit entry was not taken'))
})

test('a hook that fails is an error in words, and one that hangs is not waited for', async () => {
  const {ask: askBroken} = await startConnector({
    authenticate: async () => {
      throw new Error('no session store')
    },
  })
  const {ask: askHanging} = await startConnector(
    {authorize: () => new Promise(() => {})},
    {delay: async () => {}},
  )

  const broken = await askBroken(`GET ${STATUS}`)
  const hanging = await askHanging(`GET ${STATUS}`)

  expect(broken).toMatchObject({status: 500, body: {code: 'internal'}})
  expect(JSON.stringify(broken.body)).not.toContain('session store')
  expect(hanging).toMatchObject({status: 502, body: {code: 'timeout'}})
})

test('a store that fails ends no login, and its own end is not waited for without end', async () => {
  const store = {
    load: async () => {
      throw new Error('no database')
    },
    save: async () => {
      throw new Error('no database')
    },
  }
  const story = await startConnector({store})

  const {body} = await connectAccount(story)
  const unknown = await story.ask('GET /connectors/codex/login/unknown')

  expect(body).toMatchObject({status: 'succeeded'})
  expect(unknown).toMatchObject({status: 500, body: {code: 'internal'}})
})

test('two users of one folder do not meet, and none sees or ends the login of the other', async () => {
  const {ask} = await startConnector()
  const {body} = await ask(LOGIN)
  const id = String(body['poll_id'])

  const busy = await ask(LOGIN, {user: 'bob'})
  const seen = await ask(`GET /connectors/codex/login/${id}`, {user: 'bob'})
  const cancelled = await ask(`POST /connectors/codex/login/${id}/cancel`, {user: 'bob'})
  const still = await ask(`GET /connectors/codex/login/${id}`)

  expect(busy).toMatchObject({status: 409, body: {code: 'busy'}})
  expect([seen.status, cancelled.status]).toEqual([404, 404])
  expect(still.body['status']).toBe('pending')
})

test('a page whose clock is wrong knows how long a code is good', async () => {
  const clock = {nowMs: Date.now()}
  const {ask} = await startConnector({}, {now: () => clock.nowMs})
  const {body} = await ask(LOGIN)
  clock.nowMs += 60_000
  const later = await ask(`GET /connectors/codex/login/${String(body['poll_id'])}`)
  expect(Number(body['expires_in']) - Number(later.body['expires_in'])).toBe(60)
})

test('a logout only takes a linked account away, whose login belongs to another program', async () => {
  const story = await startConnector()
  await connectAccount(story)
  const {log} = createMemoryLog()
  const elsewhere = makeTemporaryFolder()
  const other = await startConnector({folder: elsewhere})
  symlinkSync(path.join(story.folder, 'ada'), path.join(elsewhere, 'linked'))
  const directories = createAccountDirectories({base: elsewhere, now: Date.now, log})
  await directories.link('linked', path.join(story.folder, 'ada'))

  const before = await other.ask(`GET ${STATUS}`)
  await other.ask('POST /connectors/codex/logout')
  const after = await other.ask(`GET ${STATUS}`)

  expect([before.body['authenticated'], after.body['authenticated']]).toEqual([true, false])
  expect(other.simulator.requests.filter(({path: at}) => at === '/oauth/revoke')).toEqual([])
  expect((await story.ask(`GET ${STATUS}`)).body['authenticated']).toBe(true)
})

test.each(['keyring', 'ephemeral'])(
  'a CODEX_HOME that keeps logins in the %s is told apart before a login is lost',
  async (kept) => {
    const codexHome = path.join(makeTemporaryFolder(), 'home')
    mkdirSync(codexHome)
    writeFileSync(path.join(codexHome, 'config.toml'), `cli_auth_credentials_store = "${kept}"\n`)
    const {ask, simulator} = await startConnector({codexHome})

    const {body} = await ask(LOGIN)

    expect(body).toMatchObject({status: 'error', code: 'credential_store'})
    expect(body['action']).toContain('cli_auth_credentials_store = "file"')
    expect(simulator.requests).toEqual([])
  },
)
