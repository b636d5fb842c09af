import {expect, test} from 'vitest'
import {Histories} from '../../../src/gateway/websocket/histories.ts'

test('forgets what is too large, and the one that was not used for longest', () => {
  const histories = new Histories({maxCharacters: 6, maxTotalCharacters: 10})
  const [a, b, c] = [{}, {}, {}]
  histories.keep(a, {id: 'resp_a', items: '12345'})
  histories.keep(b, {id: 'resp_b', items: '12345'})
  histories.keep(a, {id: 'resp_a2', items: '1234'})

  histories.keep(c, {id: 'resp_c', items: '12345'})

  expect(histories.take(b)).toBeUndefined()
  expect(histories.take(a)).toEqual({id: 'resp_a2', items: '1234'})
  // It was taken.
  expect(histories.take(a)).toBeUndefined()
  histories.keep(c, {id: 'resp_c', items: '1234567'})
  expect(histories.take(c)).toBeUndefined()
})
