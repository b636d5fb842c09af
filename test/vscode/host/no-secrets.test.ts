import path from 'node:path'
import {expect, test} from 'vitest'
import {CHANNEL_FILE} from './logged-extension.ts'
import {findLeaks} from './no-secrets.ts'

const CHANNEL = path.join('data/logs/exthost', CHANNEL_FILE)

const JWT = `${Buffer.from('{"alg":"RS256","typ":"JWT"}').toString('base64url')}.${Buffer.from('{"email":"ada@example.com"}').toString('base64url')}.c2lnbmF0dXJl`

test.each([
  ['a token', JWT],
  ['a refresh token', 'rt_0123456789abcdefghijklmnopqrstuvwxyz'],
  ['a code', 'ac_0123456789abcdefghijklmnopqrstuvwxyz'],
])('%s is found in any file', (_what, secret) => {
  const files = [
    {name: 'data/state.json', text: `{"a": 1}\n{"b": "${secret}"}\n`},
    {name: 'data/other.json', text: '{}'},
  ]
  expect(findLeaks(files, [])).toEqual([`data/state.json: {"b": "${secret}"}`])
})

test.each([
  ['an address of a user', 'debug Asked {"account":"ada@example.com"}'],
  ['a code for another device', 'info Type ABCD-EFGH1 there'],
  ['the end of a login', 'info GET /auth/callback?code=abc&state=def'],
])('%s is found in the log of the extension, and nowhere else', (_what, line) => {
  expect(findLeaks([{name: CHANNEL, text: `${line}\n`}], [])).toEqual([`${CHANNEL}: ${line}`])
  expect(findLeaks([{name: 'data/logs/remote.log', text: line}], [])).toEqual([])
})

test.each([
  ['a question', {input: [{role: 'user', content: [{text: 'Why is the sky "blue"?'}]}]}],
  ['instructions', {instructions: 'Why is the sky "blue"? Answer briefly.'}],
  ['the result of a tool', {input: [{output: 'Why is the sky "blue"? Because.'}]}],
])('%s is found in the log, also as JSON', (_what, body) => {
  const plain = 'debug Asked: Why is the sky "blue"'
  const asJson = 'debug Asked {"text":"Why is the sky \\"blue\\"?"}'
  const text = `${plain}\ndebug Request was changed\n${asJson}\n`
  expect(findLeaks([{name: CHANNEL, text}], [body])).toEqual([
    `${CHANNEL}: ${plain}`,
    `${CHANNEL}: ${asJson}`,
  ])
})

test('what was not said is no leak', () => {
  const text = 'debug Request was changed {"changes":[{"field":"instructions"}]}\n'
  const body = {model: 'Request was changed', input: [{text: 'Why is the sky blue?'}]}
  expect(findLeaks([{name: CHANNEL, text}], [body])).toEqual([])
})
