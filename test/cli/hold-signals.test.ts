import {EventEmitter, once} from 'node:events'
import {expect, test} from 'vitest'
import {UnderWay} from '../../src/accounts/tokens/under-way.ts'
import {holdSignals} from '../../src/cli/hold-signals.ts'
import {createGate} from '../support/gate.ts'

function start() {
  const process = new EventEmitter()
  const ended = new EventEmitter()
  const underWay = new UnderWay()
  const notes: string[] = []
  const findCode = holdSignals({
    process,
    underWay,
    note: (line) => void notes.push(line),
    exit: (code) => void ended.emit('exit', code),
  })
  return {process, ended, underWay, notes, findCode}
}

test.each([
  ['SIGTERM', 'SIGTERM', 143, /^Refreshing a login\./],
  ['uncaughtException', new Error('a mistake of ours'), 1, /^Error: a mistake of ours/],
])('%s during a refresh waits until it is stored', async (event, value, code, note) => {
  const {process, ended, underWay, notes, findCode} = start()
  const answer = createGate()
  const refresh = underWay.add(async () => answer.opened)
  const exit = once(ended, 'exit')

  process.emit(event, value)
  process.emit(event, value)
  expect(findCode()).toBe(code)
  expect(notes[0]).toMatch(note)
  const first = await Promise.race([exit, Promise.resolve('not yet')])
  answer.open()
  await refresh

  expect(first).toBe('not yet')
  expect(await exit).toEqual([code])
})

test('where nothing is under way, signals and exceptions do what they always do', async () => {
  const {process, underWay, findCode} = start()
  await underWay.add(async () => undefined)

  expect(process.eventNames()).toEqual([])
  expect(findCode()).toBeUndefined()
})
