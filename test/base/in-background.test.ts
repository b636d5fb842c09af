import {expect, test} from 'vitest'
import {inBackground} from '../../src/base/in-background.ts'
import {createMemoryLog} from '../support/memory/memory-log.ts'

async function fail(): Promise<void> {
  throw new TypeError('The account is ada@example.com')
}

function failAtOnce(): void {
  throw new RangeError('at once')
}

test('a failure in the background is logged by its name, and nothing else of it', async () => {
  const {log, lines} = createMemoryLog()

  await inBackground(fail, log)

  expect(lines).toEqual(['debug Something could not be told {"name":"TypeError"}'])
})

test('a failure that somebody should know of is a warning', async () => {
  const {log, lines} = createMemoryLog()

  await inBackground(fail, log, 'The accounts could not be shown')

  expect(lines).toEqual(['warn The accounts could not be shown {"name":"TypeError"}'])
})

test('a task that fails at once is no different', async () => {
  const {log, lines} = createMemoryLog()

  await inBackground(failAtOnce, log)

  expect(lines).toEqual(['debug Something could not be told {"name":"RangeError"}'])
})
