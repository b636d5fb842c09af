import {readdirSync} from 'node:fs'
import path from 'node:path'
import {expect, test, vi} from 'vitest'
import {startTestGateway} from '../support/gateway/start-gateway.ts'
import {makeCaoHome} from '../support/cao/run-cao.ts'
import {writeWhole} from '../support/write-whole.ts'

/** The files that a gateway shares with `cao` and the official CLI, while it answers. */

vi.setConfig({testTimeout: 60_000})

const ADA = 'ada@example.com'

/** A token endpoint that renews the access token, and says nothing of the others. */
function withoutRotation(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await fetch(input, init)
    const url = input instanceof Request ? input.url : String(input)
    if (!url.endsWith('/oauth/token') || !response.ok) return response
    const {access_token, expires_in} = (await response.json()) as Record<string, unknown>
    return Response.json({access_token, expires_in, token_type: 'bearer'})
  }
}

async function start() {
  const place: {base?: string} = {}
  const story = await startTestGateway({
    emails: [],
    fetch: withoutRotation(globalThis.fetch),
    engineOptions: {
      settings: {get: (key) => (key === 'openaiCodex.sharedAccounts' ? place.base : undefined)},
    },
  })
  const cao = makeCaoHome(story.simulator)
  place.base = cao.base
  cao.addAccounts('a')
  return {...story, cao}
}

test('a refresh that names no other tokens keeps those that are there, and every field of the file', async () => {
  const {cao, prompt} = await start()
  await cao.logIn('a', ADA, {expiresInSeconds: 5})
  const before = cao.readJson('a/auth.json') as {tokens: Record<string, string>}
  const file = {...before, auth_mode: 'chatgpt', of_a_later_cli: [1]}
  writeWhole(path.join(cao.base, 'a', 'auth.json'), JSON.stringify(file))

  const answer = await prompt('hello')

  expect(answer.status).toBe(200)
  const after = cao.readJson('a/auth.json') as {tokens: Record<string, string>}
  expect(after).toMatchObject({auth_mode: 'chatgpt', of_a_later_cli: [1]})
  expect(after.tokens['access_token']).not.toBe(before.tokens['access_token'])
  expect(after.tokens).toMatchObject({
    refresh_token: before.tokens['refresh_token'],
    id_token: before.tokens['id_token'],
  })
})

test('who looks at the status while requests are answered finds every file whole', async () => {
  const {cao, prompt, simulator} = await start()
  await cao.logIn('a', ADA)
  const shown: (readonly unknown[])[] = []
  const look = async () => {
    const {code, stdout, stderr} = await cao.call(['status', '--json'])
    const accounts = JSON.parse(stdout) as {name: string; loggedIn: boolean}[]
    shown.push([code, stderr, accounts.map(({loggedIn, name}) => [name, loggedIn])])
  }

  for (let turn = 0; turn < 6; turn += 1) {
    // A limit, and its end, are written down for the other programs.
    simulator.changeAccount(ADA, {primary: {usedPercent: turn % 2 === 0 ? 100 : 10}})
    await Promise.all([prompt('one'), prompt('two'), look(), look(), look()])
  }

  expect(shown).toHaveLength(18)
  for (const one of shown) expect(one).toEqual([0, '', [['a', true]]])
  expect(readdirSync(cao.base).filter((name) => name.includes('corrupt'))).toEqual([])
})
