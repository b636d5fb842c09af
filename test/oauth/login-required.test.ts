import {describe, expect, test} from 'vitest'
import {toLocalTime} from '../../src/base/local-time.ts'
import {toLoginRequiredError} from '../../src/oauth/login-required.ts'

const AT_MS = Date.UTC(2026, 10, 21, 14, 3)

describe('the sentence', () => {
  test('says who used the login up, and when', () => {
    const details = {rotatedBy: 'the Codex CLI in ~/.codex', rotatedAtMs: AT_MS}

    const {message, reason} = toLoginRequiredError('reused', details)

    expect(reason).toBe('reused')
    expect(message).toBe(
      `Token refresh failed: another program (the Codex CLI in ~/.codex) used this login up on ${toLocalTime(AT_MS)}.`,
    )
  })

  test('says as much of it as is known', () => {
    expect(toLoginRequiredError('reused', {rotatedBy: 'the Codex CLI in /srv/codex'}).message).toBe(
      'Token refresh failed: another program (the Codex CLI in /srv/codex) used this login up.',
    )
    expect(toLoginRequiredError('reused').message).toBe(
      'Token refresh failed: another program that shares this login has used it up.',
    )
  })

  test('names the account that was deactivated', () => {
    const error = toLoginRequiredError('deactivated', {label: 'ada@example.com'})

    expect(error.message).toBe(
      'Token refresh failed: the account or workspace of ada@example.com was deactivated by OpenAI or its owner.',
    )
    expect(error.advice).toEqual(['add_account'])
  })
})

test.each([
  ['not_connected', ['log_in']],
  ['expired', ['log_in_again']],
] as const)('%s advises to %j', (reason, advice) => {
  expect(toLoginRequiredError(reason).advice).toEqual(advice)
})

test('what the server said is the cause', () => {
  const cause = new Error('refused')

  expect(toLoginRequiredError('refused', {cause}).cause).toBe(cause)
  expect(toLoginRequiredError('refused')).not.toHaveProperty('cause')
})
