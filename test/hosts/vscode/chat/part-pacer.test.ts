import {afterEach, beforeEach, expect, test, vi} from 'vitest'
import {createPartPacer} from '../../../../src/hosts/vscode/chat/part-pacer.ts'
import {chatParts, isFiller} from '../../../support/editor/chat-parts.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const text = (value: string) => ({kind: 'text' as const, text: value})
const thought = (value: string, id = 'rs_1') => ({kind: 'thought' as const, text: value, id})

/** A pacer, and what it has handed on: texts as they are, other parts as objects. */
function startPacer() {
  const reported: unknown[] = []
  const progress = {report: (part: unknown) => void reported.push({...Object(part)})}
  const pacer = createPartPacer({parts: chatParts, progress})
  const takeAll = () => reported.splice(0)
  return {pacer, takeAll, take: () => takeAll().filter((part) => !isFiller(part))}
}

test('the first words go out at once, in a batch that the editor holds back no longer', () => {
  const {pacer, takeAll} = startPacer()
  pacer.addText(text('Hello'))
  const [first, ...others] = takeAll()
  expect(first).toEqual({value: 'Hello'})
  expect(others).toEqual(Array.from({length: 30}, () => ({value: ''})))
  pacer.flush()
})

test('what comes within 40 ms goes out together', () => {
  const {pacer, take, takeAll} = startPacer()
  pacer.addText(text('Hello'))
  take()
  pacer.addText(text(' to'))
  pacer.addText(text(' you'))
  vi.advanceTimersByTime(39)
  expect(takeAll()).toEqual([])
  vi.advanceTimersByTime(1)
  expect(takeAll()).toEqual([{value: ' to you'}])
  pacer.addText(text(' all'))
  expect(takeAll()).toEqual([])
  vi.advanceTimersByTime(40)
  expect(takeAll()).toEqual([{value: ' all'}])
})

test('after a pause, the next words go out at once', () => {
  const {pacer, take, takeAll} = startPacer()
  pacer.addText(text('Hello'))
  take()
  vi.advanceTimersByTime(40)
  pacer.addText(text(' again'))
  expect(takeAll()).toEqual([{value: ' again'}])
})

test('thoughts and texts keep their order, and thoughts their ids', () => {
  const {pacer, take} = startPacer()
  pacer.addText(thought('a'))
  pacer.addText(thought('b'))
  pacer.addText(thought('c', 'rs_2'))
  pacer.addText(text('Hello'))
  pacer.addText(text(' you'))
  pacer.flush()
  expect(take()).toEqual([
    {value: 'a', id: 'rs_1', metadata: undefined},
    {value: 'b', id: 'rs_1', metadata: undefined},
    {value: 'c', id: 'rs_2', metadata: undefined},
    {value: 'Hello'},
    {value: ' you'},
  ])
})

test('words after a thought that has just gone out do not wait for its 40 ms', () => {
  const {pacer, take} = startPacer()
  pacer.addText(thought('a'))
  take()
  pacer.addText(text('Hello'))
  expect(take()).toEqual([{value: 'Hello'}])
})

test('another part goes out at once, after the texts before it', () => {
  const {pacer, take} = startPacer()
  pacer.addText(text('I look.'))
  pacer.addText(text(' Wait.'))
  pacer.add(new chatParts.LanguageModelToolCallPart('c1', 'look', {}))
  expect(take()).toEqual([
    {value: 'I look.'},
    {value: ' Wait.'},
    {callId: 'c1', name: 'look', input: {}},
  ])
})

test('after the end, no timer is left', () => {
  const {pacer, take} = startPacer()
  pacer.addText(text('Hello'))
  pacer.addText(text(' you'))
  pacer.flush()
  expect(take()).toEqual([{value: 'Hello'}, {value: ' you'}])
  expect(vi.getTimerCount()).toBe(0)
})

test('an editor without a part for thoughts is handed none', () => {
  const {LanguageModelThinkingPart: _none, ...parts} = chatParts
  const reported: unknown[] = []
  const progress = {report: (part: unknown) => void reported.push(part)}
  const pacer = createPartPacer({parts, progress})
  pacer.addText(thought('a'))
  pacer.flush()
  expect(reported).toEqual([])
})
