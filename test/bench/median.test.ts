import {expect, test} from 'vitest'
import {measureInTurn, median} from './median.ts'

test.each([
  [[3, 1, 2], 2],
  [[4, 1, 3, 2], 2.5],
  [[10, 9, 1], 9],
])('the median of %j is %d', (values, expected) => {
  expect(median(values)).toBe(expected)
})

test('the two sides of a pair take turns in going first', async () => {
  const order: string[] = []
  const measure = (name: string, ms: number) => async () => {
    order.push(name)
    return ms
  }

  const medians = await measureInTurn(
    {rounds: 2},
    {plain: measure('plain', 1), plugin: measure('plugin', 3)},
  )

  expect(medians).toEqual({plain: 1, plugin: 3, ratio: 3})
  expect(order).toEqual(['plain', 'plugin', 'plugin', 'plain'])
})
