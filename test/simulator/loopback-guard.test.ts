import {expect, test} from 'vitest'
import {refuseForeignPage, refuseOtherPage} from '../../src/simulator/loopback-guard.ts'

const ask = (headers: Readonly<Record<string, string>>) =>
  new Request('http://127.0.0.1:8080/_simulator/reset', {
    headers: new Headers({host: '127.0.0.1:8080', ...headers}),
  })

test.each([
  ['a program', {}],
  ['its own page', {origin: 'http://127.0.0.1:8080', 'sec-fetch-site': 'same-origin'}],
  ['whoever types the address', {'sec-fetch-site': 'none'}],
])('%s may use the controls', (_, headers) => {
  expect(refuseOtherPage(ask(headers))).toBe(undefined)
})

test.each([
  ['a page of another port', {origin: 'http://127.0.0.1:3000'}],
  ['a page of another name of this computer', {origin: 'http://localhost:8080'}],
  ['an image on another local page', {'sec-fetch-site': 'same-site'}],
  ['an image on a page of the web', {'sec-fetch-site': 'cross-site'}],
  ['a page without an origin', {origin: 'null'}],
  ['a page that calls this computer otherwise', {host: 'evil.example:8080'}],
])('%s may not use the controls', (_, headers) => {
  expect(refuseOtherPage(ask(headers))?.status).toBe(403)
})

test('a link of another page may lead to a page for the user', () => {
  expect(refuseForeignPage(ask({'sec-fetch-site': 'cross-site'}))).toBe(undefined)
})
