import {expect, test} from 'vitest'
import {withoutUndefined} from '../../src/base/without-undefined.ts'

test('leaves out what is undefined, and nothing else, in the order given', () => {
  const fields = {b: 0, a: undefined, c: '', d: null, e: false}

  expect(JSON.stringify(Object.entries(withoutUndefined(fields)))).toBe(
    '[["b",0],["c",""],["d",null],["e",false]]',
  )
})
