import {expect, test} from 'vitest'
import {ExhaustionWatcher} from '../../../src/cli/run/exhaustion.ts'
import {findEnding} from '../../../src/cli/run/find-ending.ts'
import type {SessionEnd} from '../../../src/accounts/directories/codex/session-file.ts'

/** Why a run ended: what the CLI wrote about its end counts before its words. */

function hear(stderr: string, {stdout = '', hasEvents = false} = {}): ExhaustionWatcher {
  const watcher = new ExhaustionWatcher({prompts: () => ['say quota exceeded'], hasEvents})
  watcher.push('stderr', Buffer.from(stderr))
  watcher.push('stdout', Buffer.from(stdout))
  return watcher
}

function wrote(kind: SessionEnd['kind'], message = '', resetsAtMs?: number): SessionEnd {
  return {kind, message, resetsAtMs}
}

test('the session file says that the account is spent, whatever the words are', () => {
  const watcher = hear('ERROR: Words that nobody has heard before.\n')

  expect(findEnding(wrote('exhausted', 'new words', 5), watcher)).toEqual({
    kind: 'exhausted',
    resetsAtMs: 5,
  })
})

test('the session file says that it was something else, whatever the words are', () => {
  const watcher = hear('ERROR: bad request: usage limit reached\n')

  expect(findEnding(wrote('other'), watcher)).toEqual({kind: 'done'})
})

test.each([
  'You hit your spend cap set in your workspace. Increase your spend cap to continue.',
  'You hit your spend cap set by the owner of your workspace. Ask an owner to increase your spend cap to continue.',
  'Your workspace is out of credits. Ask your workspace owner to refill in order to continue.',
  'Quota exceeded. Check your plan and billing details.',
  'To use Codex with your ChatGPT plan, upgrade to Plus: https://chatgpt.com/explore/plus.',
])('without a session, "%s" means that the account is spent', (message) => {
  const event = `${JSON.stringify({type: 'turn.failed', error: {message}})}\n`

  expect(findEnding(undefined, hear(`ERROR: ${message}\n`))).toMatchObject({kind: 'exhausted'})
  expect(findEnding(undefined, hear('', {stdout: event, hasEvents: true}))).toMatchObject({
    kind: 'exhausted',
  })
})

const REVOKED =
  'Your access token could not be refreshed because your refresh token was revoked. Please log out and sign in again.'

test.each([
  [wrote('unauthorized', REVOKED), '', 'revoked'],
  [wrote('unauthorized', 'new words'), '', 'refused'],
  [undefined, `ERROR: ${REVOKED}\n`, 'revoked'],
  [
    undefined,
    'ERROR: Your access token could not be refreshed because your refresh token has expired.\n',
    'expired',
  ],
  [undefined, 'ERROR: … because your refresh token was already used. Please log out\n', 'reused'],
  [undefined, 'ERROR: unexpected status 401 Unauthorized: {"detail":"Unauthorized"}\n', 'rejected'],
  [
    wrote('unclear', 'workspace routing discovery failed'),
    '2026-11-30T09:33:00.78Z ERROR codex_models_manager::manager: failed: unexpected status 402 Payment Required: {"detail":{"code":"deactivated_workspace"}}\nERROR: workspace routing discovery failed\n',
    'deactivated',
  ],
] as const)('%j and %j mean that the login has ended', (session, stderr, reason) => {
  expect(findEnding(session, hear(stderr))).toEqual({kind: 'dead', reason})
})

test('a file of a login that the CLI cannot read is no login', () => {
  const line = 'failed to deserialize CLI auth from file: invalid credential JSON\n'

  expect(findEnding(undefined, hear(line))).toEqual({kind: 'dead', reason: 'unreadable'})
})

test.each([
  'ERROR: workspace routing discovery unauthorized (401)\n',
  'ERROR: stream disconnected before completion\n',
  '402 deactivated_workspace is what the prompt says\n',
  '2026-11-30T09:33:00.78Z ERROR some_tool: status 402 Payment Required\n',
])('%j says nothing about the account', (stderr) => {
  expect(findEnding(wrote('unclear'), hear(stderr))).toEqual({kind: 'done'})
})

test('the conversation is known by its id, in words and as an event', () => {
  const id = '01a22bcb-fdb0-71d2-9f54-742c110e4895'
  const event = `${JSON.stringify({type: 'thread.started', thread_id: id})}\n`

  expect(hear(`workdir: /x\nsession id: ${id}\n`).sessionId).toBe(id)
  expect(hear('', {stdout: event, hasEvents: true}).sessionId).toBe(id)
})
