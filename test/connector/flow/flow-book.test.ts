import process from 'node:process'
import {stat} from 'node:fs/promises'
import path from 'node:path'
import {expect, test} from 'vitest'
import {ConnectorError} from '../../../src/connector/connector-error.ts'
import {createFileFlowStore} from '../../../src/connector/flow/file-flow-store.ts'
import {createFlowBook, type LoginSteps} from '../../../src/connector/flow/flow-book.ts'
import type {FlowAccount} from '../../../src/connector/flow/flow.ts'
import {createMemoryFlowStore, type StoredFlow} from '../../../src/connector/flow/flow-store.ts'
import {untilAborted} from '../../../src/base/until-aborted.ts'
import {createMemoryLog} from '../../support/memory/memory-log.ts'
import {makeTemporaryFolder} from '../../support/temporary-folder.ts'

const CODE = {userCode: 'ABCD-12345', verificationUrl: 'https://auth.example/d', expiresAtMs: 9e14}
const ACCOUNT = {email: 'ada@example.com', authRef: 'account:ada'}

function createBook({isAlive = false, store = createMemoryFlowStore()} = {}) {
  const {log, lines} = createMemoryLog()
  const book = createFlowBook({store, now: () => 1000, log, isAlive: () => isAlive})
  return {book, store, lines}
}

/** A login whose next step a test decides. */
function createLogin() {
  const steps = createStep<LoginSteps>()
  const end = createStep<FlowAccount>()
  const logIn = async (given: LoginSteps) => {
    steps.open(given)
    return untilAborted(end.promise, given.signal)
  }
  const request = {owner: 'ada', home: '/home', isSimulated: false, logIn}
  return {request, steps: steps.promise, end}
}

function createStep<Value>() {
  const resolvers: ((value: Value) => void)[] = []
  const promise = new Promise<Value>((resolve) => void resolvers.push(resolve))
  return {promise, open: (value: Value) => resolvers[0]?.(value)}
}

test('a login tells of each of its steps, and drops its code at the end', async () => {
  const {book} = createBook()
  const {end, request, steps} = createLogin()
  const seen: unknown[] = []
  book.subscribe(({code, status}) => seen.push([status, code?.userCode]))
  const {id, version} = book.start(request)
  const {onCode} = await steps
  const news = book.wait(id, 'ada', {version, timeoutMs: 60_000})
  onCode(CODE)
  expect(await news).toMatchObject({status: 'pending', code: CODE, version: 2})
  end.open(ACCOUNT)
  const last = await book.wait(id, 'ada', {version: 2, timeoutMs: 60_000})
  expect(last).toMatchObject({status: 'succeeded', account: ACCOUNT})
  expect(last).not.toHaveProperty('code')
  expect(seen).toEqual([
    ['pending', 'ABCD-12345'],
    ['succeeded', undefined],
  ])
})

test('a login that only stores what it has got cannot be cancelled any more', async () => {
  const {book} = createBook()
  const {end, request, steps} = createLogin()
  const {id} = book.start(request)
  const {settle} = await steps
  settle()
  const cancelled = book.cancel(id, 'ada')
  end.open(ACCOUNT)
  expect(await cancelled).toBe('notFound')
  expect(await book.get(id, 'ada')).toMatchObject({status: 'succeeded'})
})

test('whoever cancels before that gets nothing stored', async () => {
  const {book} = createBook()
  const {request, steps} = createLogin()
  const {id} = book.start(request)
  const {settle, signal} = await steps
  expect(await book.cancel(id, 'ada')).toBe('canceled')
  expect(signal.aborted).toBe(true)
  expect(settle).toThrow('cancelled')
})

test('a failure that nobody knows is logged without its words', async () => {
  const {book, lines} = createBook()
  const {id} = book.start({
    owner: 'ada',
    home: '/home',
    isSimulated: false,
    logIn: () => Promise.reject(new RangeError('secret words')),
  })
  expect(await book.wait(id, 'ada', {version: 1, timeoutMs: 60_000})).toMatchObject({
    status: 'failed',
    problem: 'internal',
  })
  expect(lines.join()).toContain('RangeError')
  expect(lines.join()).not.toContain('secret')
})

test('there is one login at a time for the same accounts', async () => {
  const {book} = createBook()
  const {request} = createLogin()
  const first = book.start(request)
  expect(book.start(request).id).toBe(first.id)
  expect(() => book.start({...request, owner: 'bob'})).toThrow(new ConnectorError('busy'))
  expect(book.start({...request, owner: 'bob', home: '/other'}).id).not.toBe(first.id)
  await book.cancelAll('/home', 'bob')
  expect((await book.get(first.id, 'ada'))?.status).toBe('starting')
  await book.close()
})

test('a restart leaves a login interrupted, without a code to be found anywhere', async () => {
  const file = path.join(makeTemporaryFolder(), 'state', 'flows.json')
  const store = createFileFlowStore({file, now: () => 1000})
  const {book} = createBook({store})
  const {request, steps} = createLogin()
  const {id} = book.start(request)
  ;(await steps).onCode(CODE)
  await book.close()
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect((await stat(path.dirname(file))).mode & 0o777).toBe(0o700)
  expect(JSON.stringify(await store.load())).not.toContain('ABCD-12345')
  const next = createBook({store}).book
  expect(await next.get(id, 'ada')).toMatchObject({status: 'interrupted', problem: 'interrupted'})
  expect(await next.get(id, 'bob')).toBeUndefined()
})

const KILLED: StoredFlow = {
  id: 'x',
  owner: 'ada',
  home: '/home',
  status: 'pending',
  isSimulated: false,
  version: 2,
  createdAtMs: 1,
  updatedAtMs: 1,
  process: {id: 4_000_000, instance: 'other'},
}

test.each([
  ['of a process that was killed', {isAlive: false}, KILLED.process, 'interrupted'],
  ['of a process that runs', {isAlive: true}, KILLED.process, 'pending'],
  [
    'of one with the same id before',
    {isAlive: true},
    {id: process.pid, instance: 'other'},
    'interrupted',
  ],
])('a login %s is %s', async (_, options, owner, status) => {
  const {book, store} = createBook(options)
  await store.save([{...KILLED, process: owner}])
  expect((await book.get('x', 'ada'))?.status).toBe(status)
})

test('a store that fails ends no login', async () => {
  const store = {load: async () => [], save: () => Promise.reject(new Error('disk full'))}
  const {book, lines} = createBook({store})
  const {end, request} = createLogin()
  const {id} = book.start(request)
  end.open(ACCOUNT)
  expect(await book.wait(id, 'ada', {version: 1, timeoutMs: 60_000})).toMatchObject({
    status: 'succeeded',
  })
  await book.close()
  expect(lines).toContain('warn A login could not be written down {"name":"Error"}')
})
