import {expect, test} from 'vitest'
import type {AccountRecord} from '../../../src/cli/accounts/account-record.ts'
import {mapTexts} from '../../../src/cli/map-texts.ts'
import {toMarkdown, toReport} from '../../../src/cli/report/to-report.ts'

const NOW_MS = Date.parse('2026-01-02T03:04:05.000Z')
const HOME = '/home/ada'
const VERSIONS = {cao: '2.0.0', node: 'v20.19.0', system: 'linux x64', codex: 'codex-cli 0.171.0'}
const OPTIONS = {
  nowMs: NOW_MS,
  userHome: HOME,
  base: `${HOME}/.codex-account-orchestrator`,
  versions: VERSIONS,
}

const RECORD: AccountRecord = {
  name: 'work',
  isDefault: true,
  loggedIn: true,
  accountId: 'ws-1',
  organizationId: 'org-1',
  tokenExpiresInMs: 1,
  tokenExpiresAtMs: NOW_MS + 1,
  tokenExpiresAtIso: '2026-01-02T03:04:05.001Z',
  cooldownUntilMs: null,
  cooldownUntilIso: null,
  cooldownRemainingMs: null,
  lastAttemptAtMs: null,
  lastAttemptAtIso: null,
  lastQuotaAtMs: null,
  lastQuotaAtIso: null,
  lastRefreshAtMs: null,
  lastRefreshAtIso: null,
  lastSuccessAtMs: null,
  lastSuccessAtIso: null,
  consecutiveFailures: 2,
  lastError: 'exit code 1',
  accountDir: `${HOME}/.codex-account-orchestrator/work`,
  authFilePath: `${HOME}/.codex-account-orchestrator/work/auth.json`,
  loginKind: 'chatgpt',
  loginLimits: ['the Codex CLI cannot read auth.json: /home/ada is odd'],
  email: 'ada@example.com',
  plan: 'plus',
  loginRejected: false,
  loginRequired: {
    reason: 'expired',
    sinceMs: NOW_MS,
    sinceIso: '2026-01-02T03:04:05.000Z',
    rotatedAtMs: null,
    rotatedAtIso: null,
    rotatedBy: `the Codex CLI in ${HOME}/.codex`,
  },
  usage: {
    takenAtMs: NOW_MS,
    takenAtIso: '2026-01-02T03:04:05.000Z',
    windows: [
      {
        limit: 'codex',
        windowSeconds: 18_000,
        usedPercent: 10,
        leftPercent: 90,
        resetsAtMs: null,
        resetsAtIso: null,
      },
    ],
    limitReached: false,
    credits: null,
    resetCredits: null,
    spendControl: null,
  },
  usageError: 'ada@example.com: no answer',
}

test('a report keeps what helps, and leaves out what names anybody', () => {
  const [account] = toReport([RECORD], OPTIONS).accounts
  expect(account).toMatchObject({
    name: 'work',
    plan: 'plus',
    loginKind: 'chatgpt',
    loginLimits: ['the Codex CLI cannot read auth.json'],
    consecutiveFailures: 2,
    tokenExpiresAtIso: '2026-01-02T03:04:05.001Z',
    accountDir: '~/.codex-account-orchestrator/work',
    authFilePath: '~/.codex-account-orchestrator/work/auth.json',
    email: '(left out)',
    lastError: '(left out: 11 characters)',
    loginRequired: {reason: 'expired'},
    usage: {windows: [{limit: 'codex', leftPercent: 90}]},
  })
})

/** What may stand in any field, by accident or because a server, a file or a user put it there. */
const SECRETS = [
  'grace@example.com',
  'Acme Corp',
  '/srv/grace/accounts',
  'eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.c2ln',
  'grace',
  'grace-hopper-example-com',
  'work-grace',
  '\u001B]0;grace\u0007',
  'C:\\Users\\grace',
]

test.each(SECRETS)('%j in any field is in no report', (secret) => {
  const planted = mapTexts(RECORD, () => secret)
  const options = {...OPTIONS, base: secret}
  const texts = [
    JSON.stringify(toReport([planted], options)),
    toMarkdown([planted], options).join('\n'),
  ]
  const shown = JSON.stringify(secret).slice(1, -1)
  for (const text of texts) {
    expect(text).not.toContain(secret)
    expect(text).not.toContain(shown)
    // Not a report without the account.
    expect(text).toContain('hidden-1')
  }
})

test.each(['ada-lovelace', 'ada_example_com', 'workada', 'teamwork7x'])(
  'the name %s may be that of a user',
  (name) => {
    expect(toReport([{...RECORD, name}], OPTIONS).accounts[0]?.name).toBe('hidden-1')
  },
)

test.each(['work', 'work-2', 'a', 'Home', 'personal1'])('the name %s says nothing', (name) => {
  expect(toReport([{...RECORD, name}], OPTIONS).accounts[0]?.name).toBe(name)
})

test('folders elsewhere are not named', () => {
  const record = {...RECORD, accountDir: '/srv/acme/logins/work'}
  const [account] = toReport([record], {...OPTIONS, base: '/srv/acme/logins'}).accounts
  expect(account?.accountDir).toBe('<accounts>/work')
})
