import {rmSync} from 'node:fs'
import path from 'node:path'
import {expect, test, vi} from 'vitest'
import {startTestGateway} from '../support/gateway/start-gateway.ts'
import {makeCaoHome} from '../support/cao/run-cao.ts'
import {eventually} from '../support/eventually.ts'
import {writeWhole} from '../support/write-whole.ts'

/** Accounts change under a gateway that runs, by whatever program, and nobody has to start it again. */

vi.setConfig({testTimeout: 60_000})

const ADA = 'ada@example.com'
const BOB = 'bob@example.com'

/** A gateway over folders in which there are no accounts yet. */
async function start() {
  const place: {base?: string} = {}
  const story = await startTestGateway({
    emails: [],
    engineOptions: {
      settings: {get: (key) => (key === 'openaiCodex.sharedAccounts' ? place.base : undefined)},
    },
  })
  const cao = makeCaoHome(story.simulator)
  place.base = cao.base
  const add = async (name: string, email: string) => {
    cao.addAccounts(name)
    await cao.logIn(name, email)
  }
  /** Who answers one conversation. */
  const ask = async () => {
    const response = await story.prompt('hello', {prompt_cache_key: 'one'})
    await response.text()
    const answered = story.simulator.requests.findLast(({path: asked}) =>
      asked.endsWith('/codex/responses'),
    )
    return response.status === 200 ? answered?.account : response.status
  }
  return {...story, cao, add, ask}
}

test('an account that is added answers, and one that is removed is used no more and written down nowhere', async () => {
  const {add, ask, cao, engine, simulator} = await start()
  await add('a', ADA)
  expect(await ask()).toBe(ADA)

  await add('b', BOB)
  await eventually(async () => expect(await engine.store.list()).toHaveLength(2))
  rmSync(path.join(cao.base, 'a'), {recursive: true})
  const registry = {default_account: 'b', accounts: ['b']}
  writeWhole(path.join(cao.base, 'registry.json'), JSON.stringify(registry))
  await eventually(async () => expect(await ask()).toBe(BOB))

  // Its limit, and that of the one that is left, are no reason to bring it back.
  simulator.changeAccount(BOB, {primary: {usedPercent: 100, resetAfterSeconds: 3600}})
  expect(await ask()).toBe(429)
  await eventually(() => {
    const {statuses} = cao.readJson('account_status.json') as {readonly statuses: object}
    expect(Object.keys(statuses)).toEqual(['b'])
  })
})

test('an account whose login has ended answers again once it is logged in anew', async () => {
  const {add, ask, cao, simulator} = await start()
  await add('a', ADA)
  expect(await ask()).toBe(ADA)
  simulator.changeAccount(ADA, {signOut: true})
  expect(await ask()).toBe(403)

  await cao.logIn('a', ADA)

  await eventually(async () => expect(await ask()).toBe(ADA))
})

test('an account that is paused is left at once, and taken again at once', async () => {
  const {add, ask, engine} = await start()
  await add('a', ADA)
  await add('b', BOB)
  expect(await ask()).toBe(ADA)
  const [{id} = {id: ''}] = await engine.store.list()

  engine.memory.preferences.change(id, {isPaused: true})
  expect(await ask()).toBe(BOB)

  const [, {id: other} = {id: ''}] = await engine.store.list()
  engine.memory.preferences.change(id, {isPaused: false})
  engine.memory.preferences.change(other, {isPaused: true})
  expect(await ask()).toBe(ADA)
})
