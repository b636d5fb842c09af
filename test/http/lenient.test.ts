import {expect, test} from 'vitest'
import * as z from 'zod/mini'
import {lenient} from '../../src/http/lenient.ts'

const schema = z.object({id: z.string(), size: lenient(z.number())})

test.each([
  [{id: 'a', size: 5}, 5],
  [{id: 'a', size: 'five'}, undefined],
  [{id: 'a', size: null}, undefined],
  [{id: 'a'}, undefined],
])('a broken field counts as absent: %j', (value, size) => {
  expect(schema.parse(value)).toMatchObject({id: 'a'})
  expect(schema.parse(value).size).toBe(size)
})

test('the fields beside it stay strict', () => {
  expect(schema.safeParse({id: 5, size: 5}).success).toBe(false)
})
