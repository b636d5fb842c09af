import {expect, test} from 'vitest'
import {isRedirect, redirectOrigin} from '../../src/http/redirect.ts'

test.each([
  [{type: 'default', status: 302}, true],
  [{type: 'opaqueredirect', status: 0}, true],
  [{type: 'default', status: 304}, false],
  [{type: 'default', status: 200}, false],
  [{type: 'default', status: 400}, false],
] as const)('%o: %o', (answer, expected) => {
  expect(isRedirect(answer)).toBe(expected)
})

test.each([
  ['https://other.example/a?b', 'https://other.example'],
  ['/login', 'https://backend.example'],
  ['http://[', undefined],
  [undefined, undefined],
])('the origin of %o is %o', (location, origin) => {
  const headers = new Headers(location === undefined ? {} : {location})

  expect(redirectOrigin({headers}, 'https://backend.example/backend-api')).toBe(origin)
})
