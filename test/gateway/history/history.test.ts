import {appendFile, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import {describe, expect, onTestFinished, test} from 'vitest'
import type {FinishedRequest} from '../../../src/gateway/history/finished-request.ts'
import {openHistory, type HistoryOptions} from '../../../src/gateway/history/history.ts'
import {createMemoryLog} from '../../support/memory/memory-log.ts'
import {listOpenFiles} from '../../support/processes/open-files.ts'
import {makeTemporaryFolder} from '../../support/temporary-folder.ts'

const NOW_MS = Date.UTC(2026, 10, 20, 12)
const DAY_MS = 86_400_000

const WORK = {id: 'user-1:account-1', label: 'work@example.com'}
const SPARE = {id: 'user-2:account-2', label: 'spare@example.com'}
const LAPTOP = {id: 'key-1', label: 'laptop'}

function finish(number: number, fields: Partial<FinishedRequest> = {}): FinishedRequest {
  return {
    id: `request-${number}`,
    startedAtMs: NOW_MS,
    client: LAPTOP,
    endpoint: 'responses',
    status: 200,
    model: 'gpt-5.2-codex',
    askedEffort: 'high',
    effort: 'high',
    firstWordMs: 812,
    durationMs: 15_321,
    tokens: {input: 112_345, cached: 98_000, output: 3450, reasoning: 1200},
    account: WORK,
    reason: 'stays',
    isPaid: false,
    ...fields,
  }
}

function start(fields: Partial<HistoryOptions> = {}) {
  const folder = path.join(makeTemporaryFolder(), 'history')
  const clock = {nowMs: NOW_MS}
  const {log, lines} = createMemoryLog()
  const told: string[] = []
  const tell = (sentence: string) => void told.push(sentence)
  const options = {folder, log, now: () => clock.nowMs, tell, ...fields}
  const open = async () => {
    const history = openHistory(options)
    onTestFinished(() => history.close())
    await history.ready
    return history
  }
  const parts = async () => (await readdir(folder)).filter((name) => name.endsWith('.jsonl'))
  return {clock, folder, lines, open, parts, told}
}

test('a restart forgets no request and no sum', async () => {
  const {open, parts, folder} = start()
  const first = await open()
  const went = finish(2, {
    account: SPARE,
    reason: 'went-over',
    why: 'spare@example.com answered: work@example.com has reached its ChatGPT usage limit.',
    switchedFrom: WORK,
    switchCost: {cachedPercentBefore: 87, cachedPercentAfter: 0, lostTokens: 98_000},
    askedEffort: 'xhigh',
  })
  const failed = finish(3, {status: 429, code: 'ERR_USAGE_LIMIT_REACHED', tokens: undefined})
  for (const request of [finish(1), went, failed]) first.add(request)
  await first.flush()

  const second = await open()

  expect(second.recent()).toEqual(JSON.parse(JSON.stringify([finish(1), went, failed])))
  expect(second.rows(0)).toMatchObject([
    {account: WORK, client: LAPTOP, requests: 2, failures: 1, input: 112_345, switches: 0},
    {account: SPARE, requests: 1, switches: 1, lostTokens: 98_000},
  ])
  const [part = ''] = await parts()
  expect((await stat(path.join(folder, part))).mode & 0o777).toBe(0o600)
})

test('after a kill in the middle of a line, the lines before it count, and new ones are whole', async () => {
  const {open, folder, parts} = start()
  const first = await open()
  first.add(finish(1))
  await first.flush()
  const [part = ''] = await parts()
  await appendFile(path.join(folder, part), '{"t":17639,"id":"half')

  const second = await open()
  second.add(finish(2))
  await second.flush()
  const third = await open()

  expect(third.recent().map(({id}) => id)).toEqual(['request-1', 'request-2'])
  expect(third.sum(0)).toEqual({requests: 2, input: 224_690, output: 6900, paidTokens: 0})
})

test('in memory are the last 500', async () => {
  const {open} = start()
  const history = await open()

  for (let number = 0; number < 600; number += 1) history.add(finish(number))

  expect(history.recent()).toHaveLength(500)
  expect(history.recent()[0]?.id).toBe('request-100')
  await history.close()
  expect((await open()).recent()[0]?.id).toBe('request-100')
})

describe('what is kept is bounded', () => {
  test('by days, and sums stay longer than single requests', async () => {
    const retention = {days: 2, rollUpDays: 5, maxBytes: 1e6}
    const {clock, open, parts} = start({retention})
    for (let day = 0; day < 4; day += 1) {
      clock.nowMs = NOW_MS + day * DAY_MS
      const history = await open()
      history.add(finish(day, {startedAtMs: clock.nowMs}))
      await history.close()
    }

    expect(await parts()).toEqual([
      '2026-11-21.0001.jsonl',
      '2026-11-22.0001.jsonl',
      '2026-11-23.0001.jsonl',
    ])
    clock.nowMs = NOW_MS + 7 * DAY_MS
    expect((await open()).sum(0)).toMatchObject({requests: 2})
  })

  test('by bytes, the oldest first', async () => {
    const retention = {days: 30, rollUpDays: 62, maxBytes: 10_000}
    const {folder, open, parts} = start({retention, maxPartBytes: 2000})
    const history = await open()

    for (let number = 0; number < 100; number += 1) {
      history.add(finish(number))
      await history.flush()
    }
    await history.close()

    const sizes = await Promise.all(
      (await parts()).map(async (name) => (await stat(path.join(folder, name))).size),
    )
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(10_000)
    const again = await open()
    expect(again.sum(0)).toMatchObject({requests: 100})
    expect(again.recent().at(-1)?.id).toBe('request-99')
  })

  test('one request takes less than 250 bytes, so that 200,000 fit into 50 MB', async () => {
    const {folder, open, parts} = start()
    const history = await open()
    for (let number = 0; number < 1000; number += 1) history.add(finish(number))
    await history.close()

    const [part = ''] = await parts()
    expect((await stat(path.join(folder, part))).size / 1000).toBeLessThan(250)
  })
})

test('a disk that cannot be written stops the history only, is said once, and is tried again', async () => {
  const {clock, folder, open, told, parts} = start()
  await writeFile(folder, 'in the way')
  const history = await open()

  for (const number of [1, 2]) {
    history.add(finish(number))
    await history.flush()
    clock.nowMs += 60_000
  }
  expect(told).toHaveLength(1)
  expect(told[0]).toMatch(/has a gap from now on/)
  expect(history.recent()).toHaveLength(2)

  await rm(folder)
  history.add(finish(3))
  await history.flush()
  const [part = ''] = await parts()
  expect(await readFile(path.join(folder, part), 'utf8')).toContain('"id":"request-3"')
})

test('usage is noted when it changes, and comes back after a restart', async () => {
  const {clock, open} = start()
  const history = await open()
  for (const usedPercent of [40, 40.4, 41]) {
    clock.nowMs += 60_000
    history.addUsage([{account: WORK, windowSeconds: 18_000, usedPercent}])
  }
  await history.close()

  const window = {account: WORK, windowSeconds: 18_000}
  expect((await open()).samples(0)).toEqual([
    {...window, atMs: NOW_MS + 60_000, usedPercent: 40},
    {...window, atMs: NOW_MS + 180_000, usedPercent: 41},
  ])
})

test('whoever watches is told of each request', async () => {
  const {open} = start()
  const history = await open()
  const seen: string[] = []
  const stop = history.watch(({id}) => void seen.push(id))

  history.add(finish(1))
  stop()
  history.add(finish(2))

  expect(seen).toEqual(['request-1'])
})

test('what comes after the end opens no file that nobody closes', async () => {
  const {folder, open} = start()
  const history = await open()
  history.add(finish(1))
  await history.flush()
  expect(listOpenFiles(folder)).toHaveLength(process.platform === 'linux' ? 1 : 0)
  const closed = history.close()

  history.add(finish(2))
  await closed
  history.add(finish(3))
  await history.flush()

  expect(listOpenFiles(folder)).toEqual([])
})
