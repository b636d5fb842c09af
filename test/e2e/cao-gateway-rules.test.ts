import {once} from 'node:events'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import path from 'node:path'
import {expect, onTestFinished, test, vi} from 'vitest'
import {openHistory} from '../../src/gateway/history/history.ts'
import {openRulesFile} from '../../src/gateway/rules/rules-file.ts'
import {makeCaoHome, type CaoHome} from '../support/cao/run-cao.ts'
import {createMemoryLog} from '../support/memory/memory-log.ts'

/** What the user wants of the gateway, by the command. Whether a gateway runs makes no difference. */

// Each start of the command takes up to a second where much else runs.
vi.setConfig({testTimeout: 60_000})

function makeWithAccount(): CaoHome {
  const cao = makeCaoHome()
  cao.addAccounts('work')
  cao.writeLogin('work', {user: 'ada'})
  return cao
}

const readRules = ({base}: CaoHome) => openRulesFile({base, now: Date.now}).read()

test('a part of the week is kept from background requests, and given up for an hour', async () => {
  const cao = makeWithAccount()
  const reserve = async (...args: readonly string[]) => cao.run(['gateway', 'reserve', ...args])

  expect(await reserve('set', 'work', '--keep', '20', '--pace')).toMatchObject({
    code: 0,
    stdout:
      'work: 20 % of the weekly limit is kept from background requests; background requests are held to an even pace through the weekly limit\n',
  })
  expect((await reserve('go-on', 'work')).stdout).toMatch(
    /^Nothing of work is kept until .+\. After that, its reserves count again\.\n$/,
  )
  expect((await reserve('list')).stdout).toMatch(/^work: 20 % .*\(not now: go on until .+\)\n$/)
  const {goOn, reserves} = await readRules(cao)
  expect(reserves).toMatchObject([
    {windowSeconds: 604_800, keepPercent: 20, isPaced: true, from: 'background'},
  ])
  expect(goOn[0]?.accountId).toBe(reserves[0]?.accountId)

  expect((await reserve('remove', 'work')).code).toBe(0)
  expect((await readRules(cao)).reserves).toEqual([])
  expect(await reserve('set', 'home', '--keep', '20')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /^Error: There is no account home that is logged in\.\nHint: /,
    ) as string,
  })
})

test('a receiver is shown without its secret, is sent a test, and is not led astray', async () => {
  const received: string[] = []
  const server = createServer((request, response) => {
    request.setEncoding('utf8').on('data', (text: string) => void received.push(text))
    request.on('end', () => {
      response.writeHead(request.url === '/moved' ? 302 : 200, {location: '/s3cr3t'}).end()
    })
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const cao = makeCaoHome()
  const notify = async (...args: readonly string[]) => cao.run(['gateway', 'notify', ...args])

  const added = await notify('add', `${origin}/s3cr3t`, '--topics', 'exhausted,back')
  expect(added.stdout).toMatch(
    new RegExp(`^Receiver added: [0-9a-f]{6} webhook ${origin}/… exhausted, back\n`),
  )
  expect((await notify('test')).code).toBe(0)
  expect(received.map((text) => JSON.parse(text) as unknown)).toMatchObject([{topic: 'test'}])

  await notify('add', `${origin}/moved`)
  const failed = await notify('test')
  expect(failed.code).toBe(1)
  expect(failed.stderr).toMatch(/^Not delivered \(HTTP 302\): /)
  expect(added.stdout + failed.stdout + failed.stderr).not.toContain('s3cr3t')
})

test('an owner of keys gets a budget', async () => {
  const cao = makeCaoHome()
  const budget = async (...args: readonly string[]) => cao.run(['gateway', 'budget', ...args])

  expect(await budget('set', 'ada', '--per', 'day')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('--requests or --tokens') as string,
  })
  await budget('set', 'ada', '--per', 'day', '--tokens', '100000')
  expect((await budget('list')).stdout).toBe(
    'ada may use 100000 tokens a day, with all keys together\n',
  )
  expect((await readRules(cao)).budgets).toEqual([{owner: 'ada', per: 'day', tokens: 100_000}])
})

test('why an account answered can be asked later, also when the gateway has ended', async () => {
  const cao = makeCaoHome()
  const why = async (...args: readonly string[]) => cao.run(['gateway', 'why', ...args])
  expect(await why()).toMatchObject({
    code: 1,
    stderr: 'Error: The gateway has answered no request yet.\n',
  })
  const history = openHistory({
    folder: path.join(cao.base, 'gateway-history'),
    now: Date.now,
    log: createMemoryLog().log,
  })
  const request = {
    startedAtMs: Date.now(),
    client: {id: 'key-1', label: 'laptop'},
    endpoint: 'responses',
    status: 200,
    model: 'gpt-5.5',
    effort: 'high',
    durationMs: 900,
    account: {id: 'user-2', label: 'spare'},
  } as const
  history.add({...request, id: 'aaaa1111', reason: 'stays'})
  history.add({
    ...request,
    id: 'bbbb2222',
    reason: 'went-over',
    why: 'spare answered: work has reached its ChatGPT usage limit.',
    switchedFrom: {id: 'user-1', label: 'work'},
    switchCost: {cachedPercentBefore: 87, cachedPercentAfter: 0, lostTokens: 98_000},
  })
  await history.close()

  const {stdout} = await why('bbbb')
  expect(stdout).toContain(
    'bbbb2222 laptop gpt-5.5 high: 200. spare answered: work has reached its ChatGPT usage limit. The switch cost 98000 cached tokens: 87 % of the input was cached before, 0 % after.\n',
  )
  expect((await why()).stdout).toContain(
    'aaaa1111 laptop gpt-5.5 high: 200. spare answered: the conversation stays with it.\n',
  )
  expect((await why('cccc')).stderr).toMatch(/^Error: There is no request cccc in the history/)
})
