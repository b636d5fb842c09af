import {expect, test} from 'vitest'
import {createCallMemory} from '../../../src/hosts/vscode/call-memory.ts'

test('what came with a call is found by its id, in the order of the answer', () => {
  const calls = createCallMemory()
  const items = [
    {type: 'reasoning', id: 'rs_1'},
    {type: 'function_call', call_id: 'c1'},
  ]
  calls.remember('c1', items)
  expect(calls.recall('c1')).toEqual(items)
  expect(calls.recall('c2')).toBe(undefined)
})

test('the newest answer with an id counts, and makes its call the newest', () => {
  const calls = createCallMemory(2)
  calls.remember('c1', [{at: 1}])
  calls.remember('c2', [{at: 2}])
  calls.remember('c1', [{at: 3}])
  calls.remember('c3', [{at: 4}])
  expect(['c1', 'c2', 'c3'].map((id) => calls.recall(id))).toEqual([
    [{at: 3}],
    undefined,
    [{at: 4}],
  ])
})

test('a thousand calls are remembered', () => {
  const calls = createCallMemory()
  for (let index = 0; index <= 1000; index += 1) calls.remember(`c${index}`, [])
  expect(calls.recall('c0')).toBe(undefined)
  expect(calls.recall('c1')).toEqual([])
})
