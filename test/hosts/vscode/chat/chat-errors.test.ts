import {expect, test} from 'vitest'
import {
  BackendResponseError,
  LoginRequiredError,
  NetworkError,
  UsageLimitReachedError,
  type BackendRefusal,
  type CodexError,
} from '../../../../src/errors.ts'
import {toChatError} from '../../../../src/hosts/vscode/chat/chat-errors.ts'
import {createFakeEditor} from '../../../support/editor/fake-editor.ts'

const {api} = createFakeEditor()

const refused = (refusal: Partial<BackendRefusal>) =>
  new BackendResponseError('Codex API error.', {refusal: {status: 400, ...refusal}})

test.each<[string | undefined, CodexError]>([
  ['NoPermissions', new LoginRequiredError('It ended.', {reason: 'expired'})],
  ['Blocked', new UsageLimitReachedError('Later.', {resetsAtMs: undefined})],
  ['Blocked', refused({code: 'cyber_policy'})],
  ['NoPermissions', refused({type: 'usage_not_included'})],
  ['NoPermissions', refused({status: 403})],
  ['NotFound', refused({message: 'Model not found gpt-9'})],
  [undefined, refused({code: 'context_length_exceeded'})],
  [undefined, new NetworkError('No connection.')],
])('the kind %s is that of %s', (kind, error) => {
  const converted: Error & {code?: string} = toChatError(error, {api})
  expect(converted.code).toBe(kind)
})

test.each(['core', 'GitHub.copilot-chat'])(
  'the chat of the editor (%s) gets a sentence without a stack, which it would show',
  (initiator) => {
    const error = toChatError(refused({code: 'cyber_policy'}), {api, initiator})
    expect(error.message).toBe('Codex API error.')
    expect(error.stack).toBe('')
  },
)

test('an error says what to do in the editor', () => {
  const error = new LoginRequiredError('The login has expired.', {reason: 'expired'})

  expect(toChatError(error, {api}).message).toBe('The login has expired. Run “Codex: Log In”.')
})
