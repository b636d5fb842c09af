import {explainNoAccount} from '../../../src/accounts/choice/explain-no-account.ts'
import {
  AnswerStalledError,
  AuthorizationServerError,
  CodexError,
  ConfigurationError,
  EventInvalidError,
  LOGIN_REQUIRED_REASONS,
  LoginFailedError,
  NetworkError,
  RequestInvalidError,
  StorageError,
} from '../../../src/errors.ts'
import {parseClaims} from '../../../src/oauth/claims.ts'
import {toLoginRequiredError} from '../../../src/oauth/login-required.ts'
import {parseRedirect} from '../../../src/oauth/redirect/parse-redirect.ts'
import {readBackendError} from '../../../src/responses/refusal/backend-error.ts'

/** The moment at which all samples are made. */
const NOW_MS = Date.parse('2026-11-30T12:00:00.000Z')

/** When the limit of a sample resets. */
const RESET_MS = NOW_MS + 5 * 3_600_000

/** The times that are in the samples (milliseconds since the Unix epoch). */
export const SAMPLE_TIMES_MS = [NOW_MS, RESET_MS]

/** An error, and when it comes. */
export interface SampleError {
  readonly when: string
  readonly error: CodexError
}

/** Answers of the backend, as status and error. */
const REFUSALS: readonly (readonly [when: string, status: number, error: object])[] = [
  [
    'a usage limit',
    429,
    {type: 'usage_limit_reached', plan_type: 'plus', resets_at: RESET_MS / 1000},
  ],
  ['a usage limit without an end', 429, {type: 'usage_limit_reached'}],
  ['a workspace without credits', 429, {type: 'workspace_owner_credits_depleted'}],
  ['too many requests', 429, {code: 'rate_limit_exceeded', message: 'Try again in 20s.'}],
  ['an overload, by its code', 503, {code: 'server_is_overloaded'}],
  ['an overload, by its type', 503, {type: 'overloaded_error', message: 'Overloaded'}],
  ['an overload, in words', 503, {message: 'Our servers are currently overloaded.'}],
  ['a server that fails', 500, {}],
  ['a long conversation', 400, {code: 'context_length_exceeded', message: 'Too long'}],
  ['reasoning of another account', 400, {code: 'invalid_encrypted_content'}],
  ['a rejected login', 401, {message: 'Unauthorized'}],
  ['a closed account', 403, {code: 'account_deactivated'}],
  ['a blocked account', 403, {code: 'account_suspended', message: 'Suspended for abuse'}],
  ['a plan without Codex', 403, {code: 'usage_not_included'}],
  ['an account without credits', 402, {code: 'insufficient_quota'}],
  ['a refusal without a reason', 403, {}],
  ['a request that is too large', 413, {}],
  ['a policy', 400, {code: 'content_policy_violation', message: 'Your prompt is not allowed'}],
]

/** An error of each class, as the product makes it. */
export async function createSampleErrors(): Promise<readonly SampleError[]> {
  const refusals = REFUSALS.map(async ([when, status, error]) => {
    const answer = Response.json({error}, {status})
    const request = {label: 'ada@example.com', model: 'gpt-5.5', nowMs: NOW_MS}
    return {when, error: await readBackendError(answer, request)}
  })
  const logins = LOGIN_REQUIRED_REASONS.map((reason) => ({
    when: `a login that ended: ${reason}`,
    error: toLoginRequiredError(reason, {label: 'ada@example.com'}),
  }))
  return [
    ...(await Promise.all(refusals)),
    {when: 'no account that may answer', error: createUnavailableError()},
    ...logins,
    {when: 'a login without an account', error: catchError(() => parseClaims({accessToken: ''}))},
    {
      when: 'a page of another login',
      error: catchError(() => parseRedirect('code=abc&state=a', 'b')),
    },
    {
      when: 'a cancelled login',
      error: catchError(() => parseRedirect('error=access_denied&state=b', 'b')),
    },
    {when: 'an empty paste', error: catchError(() => parseRedirect('', 'b'))},
    ...OTHERS,
  ]
}

/** What is made where it happens; the sentences are those of the product. */
const OTHERS: readonly SampleError[] = [
  {when: 'a login that failed', error: new LoginFailedError('The login was cancelled.')},
  {
    when: 'silence',
    error: new AnswerStalledError(
      'ChatGPT has sent nothing for too long, so the answer was given up. Ask again.',
    ),
  },
  {
    when: 'an answer that is cut off',
    error: new EventInvalidError(
      'The answer ended before it was complete: the connection to ChatGPT was cut. Ask again.',
    ),
  },
  {
    when: 'no network',
    error: new NetworkError(
      'No connection to chatgpt.com. Check the internet connection and the proxy settings, then try again.',
    ),
  },
  {
    when: 'a page in place of tokens',
    error: new AuthorizationServerError(
      'Login failed: auth.openai.com gave no usable answer (HTTP 503). Try again in a moment.',
      {status: 503},
    ),
  },
  {
    when: 'a request that nobody understands',
    error: new RequestInvalidError('`n` must be 1: Codex gives one answer to a request.'),
  },
  {
    when: 'a setting that cannot be used',
    error: new ConfigurationError('Account not found: work.', {advice: ['list_accounts']}),
  },
  {
    when: 'a full disk',
    error: new StorageError('~/example could not be written: the disk is full.'),
  },
]

function createUnavailableError(): CodexError {
  const judged = [
    {accountId: 'a', label: 'ada@example.com', verdict: {kind: 'paused'}},
    {
      accountId: 'b',
      label: 'bob@example.com',
      verdict: {
        kind: 'above-ceiling',
        limit: 'codex',
        windowSeconds: 18_000,
        usedPercent: 83,
        maxUsedPercent: 80,
        untilMs: NOW_MS,
      },
    },
  ] as const
  return assertCodexError(explainNoAccount(judged, undefined))
}

function catchError(make: () => unknown): CodexError {
  try {
    make()
  } catch (error) {
    return assertCodexError(error)
  }
  throw new Error('Nothing was thrown')
}

function assertCodexError(error: unknown): CodexError {
  if (error instanceof CodexError) return error
  throw new Error('Not an error of the product', {cause: error})
}
