import type {AccountRecord, WindowRecord} from '../../../src/cli/accounts/account-record.ts'

/** The time at which records are looked at. */
export const NOW_MS = Date.parse('2026-11-30T12:00:00.000Z')

const HOUR_MS = 3_600_000

/** A window of the limit for all models. */
export function createWindowRecord(windowSeconds: number, usedPercent: number): WindowRecord {
  return {
    limit: 'codex',
    windowSeconds,
    usedPercent,
    leftPercent: 100 - usedPercent,
    resetsAtMs: NOW_MS + 2 * HOUR_MS,
    resetsAtIso: new Date(NOW_MS + 2 * HOUR_MS).toISOString(),
  }
}

/** An account in good order, of which all was asked just now. */
export function createRecord(name: string, changes: Partial<AccountRecord> = {}): AccountRecord {
  return {
    name,
    isDefault: false,
    loggedIn: true,
    accountId: `account-${name}`,
    organizationId: null,
    tokenExpiresInMs: 99 * HOUR_MS,
    tokenExpiresAtMs: NOW_MS + 99 * HOUR_MS,
    tokenExpiresAtIso: null,
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
    consecutiveFailures: 0,
    lastError: null,
    accountDir: `/accounts/${name}`,
    authFilePath: `/accounts/${name}/auth.json`,
    loginKind: 'chatgpt',
    loginLimits: [],
    email: `${name}@example.com`,
    plan: 'plus',
    loginRequired: null,
    loginRejected: false,
    usage: {
      takenAtMs: NOW_MS,
      takenAtIso: null,
      windows: [createWindowRecord(18_000, 59), createWindowRecord(604_800, 12)],
      limitReached: false,
      credits: null,
      resetCredits: null,
      spendControl: null,
    },
    usageError: null,
    ...changes,
  }
}
