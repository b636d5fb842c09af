/**
 * The accounts of a simulator.
 *
 * @module
 */
import {createHash} from 'node:crypto'
import * as z from 'zod'
import {
  createUsageWindow,
  DEFAULT_WINDOWS,
  usageWindowSeedSchema,
  type UsageWindow,
  type UsageWindowSeed,
} from './usage-window.ts'

/** Ten days, as the access tokens of ChatGPT live. */
export const DEFAULT_ACCESS_TOKEN_LIFETIME_SECONDS = 864_000

const windowsSchema = z.array(usageWindowSeedSchema).min(1).max(2)

/** A limit of single models. Requests do not use it up. */
const additionalLimitSchema = z.strictObject({
  /** For example `GPT-5.3-Codex-Spark`. */
  name: z.string().min(1),
  /** What headers call it, for example `codex_bengalfox`. */
  id: z.string().regex(/^[a-z0-9_]+$/),
  windows: windowsSchema,
})

const creditsSchema = z.strictObject({
  balance: z.number().min(0),
  unlimited: z.boolean().optional(),
})

/** Credits of an account. */
export type SimulatedCredits = z.infer<typeof creditsSchema>

/** An account as a user of the simulator describes it. Everything but the email has a default. */
export const accountSeedSchema = z.strictObject({
  email: z.email(),
  /** Default `plus`. */
  plan: z.string().min(1).optional(),
  /** ChatGPT's id of the user. Default: made from the email. */
  userId: z.string().min(1).optional(),
  /** ChatGPT's id of the workspace. Default: made from the email. */
  accountId: z.string().min(1).optional(),
  /** Whether the tokens name the workspace; those of some users do not. Default true. */
  namesAccount: z.boolean().optional(),
  /** Whether the six older models still work. Default true. */
  olderModels: z.boolean().optional(),
  /** Exactly these models, instead of those of the plan. */
  models: z.array(z.string()).optional(),
  /** One or two quotas; the first is "primary" on the wire. Default: five hours and a week. */
  windows: windowsSchema.optional(),
  /** Quotas of single models. Default: none. */
  additionalLimits: z.array(additionalLimitSchema).optional(),
  /** Default: none. */
  credits: creditsSchema.optional(),
  /** Requests a week that the user allows an app of "Sign in with ChatGPT". Default: no cap of its own. */
  appRequestsPerWeek: z.int().min(0).optional(),
  /** The workspace was switched off. Default false. */
  deactivated: z.boolean().optional(),
  /** The user was switched off: no token works, and none is issued. Default false. */
  userDeactivated: z.boolean().optional(),
  /** Default: that of the simulator, ten days. */
  accessTokenLifetimeSeconds: z.int().positive().optional(),
})

/** An account as a user of the simulator describes it. */
export type AccountSeed = z.infer<typeof accountSeedSchema>

/** A limit of single models. */
export interface AdditionalLimit {
  readonly name: string
  readonly id: string
  readonly windows: readonly UsageWindow[]
}

/** What apps of "Sign in with ChatGPT" may do, and have done. */
export interface AppAllowance {
  /** `undefined` without a cap. */
  requestsPerWeek: number | undefined
  /** Whether a refusal says until when. */
  tellsReset: boolean
  requests: number
  /** When the week ends (milliseconds since the Unix epoch); `undefined` until it is used. */
  resetAtMs: number | undefined
}

/** One account: a user in a workspace. */
export interface SimulatedAccount {
  readonly email: string
  readonly userId: string
  readonly accountId: string
  readonly namesAccount: boolean
  readonly accessTokenLifetimeSeconds: number
  readonly app: AppAllowance
  plan: string
  olderModels: boolean
  deactivated: boolean
  userDeactivated: boolean
  readonly models: readonly string[] | undefined
  readonly windows: readonly UsageWindow[]
  readonly additionalLimits: readonly AdditionalLimit[]
  readonly credits: SimulatedCredits | undefined
  /** What the question for the usage is answered with, when that is behind the times. */
  laggingUsage: object | undefined
}

/** The accounts of a simulator, in the order they were added. */
export interface AccountBook {
  list(): readonly SimulatedAccount[]
  /**
   * Adds an account.
   *
   * @throws {Error} There is one with the same user and workspace.
   */
  add(seed: AccountSeed): SimulatedAccount
  /** Finds an account by its email, or by its workspace id; the first one without a name. */
  find(name?: string): SimulatedAccount | undefined
  /** Back to the accounts of the start. */
  reset(): void
}

/** What new accounts share. */
export interface AccountBookOptions {
  readonly seeds: readonly AccountSeed[]
  readonly accessTokenLifetimeSeconds: number
  readonly now: () => number
}

/** Makes the accounts that the seeds describe. */
export function createAccountBook(options: AccountBookOptions): AccountBook {
  let accounts: SimulatedAccount[] = []

  function add(seed: AccountSeed): SimulatedAccount {
    const account = createAccount(seed, options)
    const {accountId, userId} = account
    if (accounts.some((one) => one.userId === userId && one.accountId === accountId)) {
      throw new Error(`There is an account ${seed.email} in this workspace already`)
    }
    accounts.push(account)
    return account
  }

  function reset(): void {
    accounts = []
    for (const seed of options.seeds) add(seed)
  }

  reset()
  return {
    list: () => accounts,
    add,
    find: (name) =>
      name === undefined
        ? accounts[0]
        : (accounts.find(({email}) => email === name) ??
          accounts.find(({accountId}) => accountId === name)),
    reset,
  }
}

function createAccount(seed: AccountSeed, options: AccountBookOptions): SimulatedAccount {
  const hash = createHash('sha256').update(seed.email).digest('hex')
  const {accessTokenLifetimeSeconds = options.accessTokenLifetimeSeconds} = seed
  const toWindow = (window: UsageWindowSeed) => createUsageWindow(window, options.now())
  return {
    email: seed.email,
    userId: seed.userId ?? `user-${hash.slice(32, 56)}`,
    accountId: seed.accountId ?? toUuid(hash),
    namesAccount: seed.namesAccount ?? true,
    accessTokenLifetimeSeconds,
    app: {
      requestsPerWeek: seed.appRequestsPerWeek,
      tellsReset: true,
      requests: 0,
      resetAtMs: undefined,
    },
    plan: seed.plan ?? 'plus',
    olderModels: seed.olderModels ?? true,
    deactivated: seed.deactivated ?? false,
    userDeactivated: seed.userDeactivated ?? false,
    models: seed.models,
    windows: (seed.windows ?? DEFAULT_WINDOWS).map(toWindow),
    additionalLimits: (seed.additionalLimits ?? []).map(({windows, ...limit}) => ({
      ...limit,
      windows: windows.map(toWindow),
    })),
    credits: seed.credits,
    laggingUsage: undefined,
  }
}

function toUuid(hex: string): string {
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
  ]
  return [...parts, hex.slice(20, 32)].join('-')
}
