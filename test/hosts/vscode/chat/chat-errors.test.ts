import {expect, test} from 'vitest'
import {
  BackendResponseError,
  LoginRequiredError,
  NetworkError,
  UsageLimitReachedError,
  type BackendRefusal,
  type CodexError,
} from '../../../../src/errors.ts'
import {toChatError, toEditorSentence} from '../../../../src/hosts/vscode/chat/chat-errors.ts'
import {createFakeEditor} from '../../../support/fake-editor.ts'

const {api} = createFakeEditor()

const refused = (refusal: Partial<BackendRefusal>) =>
  new BackendResponseError('Codex API error.', {refusal: {status: 400, ...refusal}})

test.each<[string | undefined, CodexError]>([
  ['NoPermissions', new LoginRequiredError('Press Connect.', {reason: 'expired'})],
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

test.each([
  [
    'Token refresh failed: the login has expired. Press Connect again to log in.',
    'Token refresh failed: the login has expired. Run “Codex: Log In”.',
  ],
  [
    'No ChatGPT account is connected. Press Connect to sign in.',
    'No ChatGPT account is connected. Run “Codex: Log In” to sign in.',
  ],
  ['Upgrade it, or connect another account.', 'Upgrade it, or log in with another account.'],
  ['login needed: press Connect', 'login needed: run “Codex: Log In”'],
])('a button of another host is a command here: %s', (message, sentence) => {
  expect(toEditorSentence(message)).toBe(sentence)
})
