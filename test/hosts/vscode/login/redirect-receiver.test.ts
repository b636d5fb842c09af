import {expect, test} from 'vitest'
import {createRedirectReceiver} from '../../../../src/hosts/vscode/login/redirect-receiver.ts'
import {rejectionOf} from '../../../support/rejection.ts'

test('an address that the editor hands over goes to the login with its state, once', async () => {
  const redirects = createRedirectReceiver()
  const {signal} = new AbortController()
  const one = redirects.receive('state-1', signal)
  const other = redirects.receive('state-2', signal)
  expect(redirects.offer('code=code-222&state=state-2')).toBe(true)
  expect(redirects.offer('code=code-333&state=state-3')).toBe(false)
  expect(redirects.offer('code=code-222&state=state-2')).toBe(false)
  redirects.offer('code=code-111&state=state-1')
  expect(await Promise.all([one, other])).toEqual([{code: 'code-111'}, {code: 'code-222'}])
})

test('a user who refuses, and a login that is given up, end the wait', async () => {
  const redirects = createRedirectReceiver()
  const refused = redirects.receive('state-1', new AbortController().signal)
  redirects.offer('error=access_denied&state=state-1')
  expect((await rejectionOf(refused)).message).toContain('cancelled or refused')
  const givenUp = new AbortController()
  const pending = redirects.receive('state-2', givenUp.signal)
  givenUp.abort(new Error('given up'))
  expect((await rejectionOf(pending)).message).toBe('given up')
  expect(redirects.offer('code=code-222&state=state-2')).toBe(false)
})
