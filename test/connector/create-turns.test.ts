import {expect, test} from 'vitest'
import {createTurns} from '../../src/connector/operations/create-turns.ts'

test('two tasks run at once, and the others in their order, also after a failure', async () => {
  const takeTurn = createTurns(2)
  const log: string[] = []
  let running = 0
  const run = (name: string) =>
    takeTurn(async () => {
      running += 1
      log.push(`${name} ${running}`)
      await Promise.resolve()
      running -= 1
      if (name === 'b') throw new Error('failed')
    })
  const results = await Promise.allSettled(['a', 'b', 'c', 'd', 'e'].map(run))
  expect(results.map(({status}) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
    'fulfilled',
  ])
  expect(log.map((entry) => entry.split(' ')[0])).toEqual(['a', 'b', 'c', 'd', 'e'])
  expect(Math.max(...log.map((entry) => Number(entry.split(' ')[1])))).toBe(2)
})
