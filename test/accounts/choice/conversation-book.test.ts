import {expect, test} from 'vitest'
import {ConversationBook} from '../../../src/accounts/choice/conversation-book.ts'

test('many conversations leave no more behind than the last few hundred', () => {
  const clock = {nowMs: 1_800_000_000_000}
  const book = new ConversationBook(() => clock.nowMs)
  for (let count = 1; count <= 20_000; count += 1) {
    book.assign(`conversation-${count}`, 'ada')
    book.answered(`conversation-${count}`, 'ada')
    book.assign(undefined, 'ada')
  }

  expect(book.accountOf('conversation-20000')).toBe('ada')
  expect(book.accountOf('conversation-19501')).toBe('ada')
  expect(book.accountOf('conversation-19500')).toBeUndefined()
  expect(book.lastTurnOf('ada')).toBe(40_000)
  expect(book.begunSince('ada', 0)).toBe(500)
})

test('what began more than an hour ago says nothing about the usage any more', () => {
  const clock = {nowMs: 1_800_000_000_000}
  const book = new ConversationBook(() => clock.nowMs)
  book.assign('one', 'ada')
  clock.nowMs += 1_800_000
  book.assign('two', 'ada')
  book.assign('two', 'ada')
  const both = book.begunSince('ada', 0)
  clock.nowMs += 1_800_000
  book.assign('three', 'ada')

  expect(both).toBe(2)
  expect(book.begunSince('ada', 0)).toBe(2)
})
