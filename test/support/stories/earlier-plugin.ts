/**
 * What earlier versions of the plugin left in the host's secret storage.
 *
 * @module
 */
import type {Story} from './start-story.ts'

/** A login in the storage. */
export interface EarlierLogin {
  /** Email of the simulator's account. Default: the first account. */
  readonly email?: string
  /** When the stored access token expires, from now (milliseconds). Default: in an hour. */
  readonly expiresInMs?: number
}

/** Writes the record of versions 1.0.0 to 1.6.0, and starts the plugin again so that it finds it. */
export async function createEarlierLogin(story: Story, login: EarlierLogin = {}): Promise<void> {
  const {id_token: _, ...tokens} = await issue(story, login)
  await leave(story, {codex_tokens: JSON.stringify(tokens)})
}

/** Writes the records of versions 1.7.2 to 1.9.0, of which the last account is the active one. */
export async function createEarlierAccounts(story: Story, emails: readonly string[]) {
  const accounts = await Promise.all(
    emails.map(async (email) => {
      const tokens = await issue(story, {email})
      return [tokens.account_id, {id: tokens.account_id, tokens, email, plan: 'plus'}] as const
    }),
  )
  await leave(story, {
    codex_accounts_v2: JSON.stringify(Object.fromEntries(accounts)),
    codex_active_account: accounts.at(-1)?.[0] ?? '',
  })
}

/** Writes between two lives of the plugin: neither may still be busy with the storage. */
async function leave({host}: Story, secrets: Record<string, string>): Promise<void> {
  await host.initialized()
  for (const [key, value] of Object.entries(secrets)) host.state.secrets.set(key, value)
  await host.reload()
  await host.initialized()
}

async function issue({simulator}: Story, {email, expiresInMs = 3_600_000}: EarlierLogin) {
  const {access_token, refresh_token, id_token} = await simulator.issueTokens(email)
  const claims = JSON.parse(
    Buffer.from(access_token.split('.')[1] ?? '', 'base64url').toString(),
  ) as Record<string, {chatgpt_account_id: string}>
  const account_id = claims['https://api.openai.com/auth']?.chatgpt_account_id ?? ''
  return {access_token, refresh_token, id_token, expires_at: Date.now() + expiresInMs, account_id}
}
