import {mkdtemp, readFile, rm, mkdir} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import process from 'node:process'
import {expect, onTestFinished, test} from 'vitest'
import {createAccountDirectories} from '../../src/accounts/directories/account-directories.ts'
import {createDirectoryAccountStore} from '../../src/accounts/directories/directory-account-store.ts'
import type {Simulator} from '../../src/simulator/start-simulator.ts'
import type {User} from '../support/alma/user.ts'
import {createMemoryLog} from '../support/memory/memory-log.ts'
import {issueAccount} from '../support/servers/simulated-backend.ts'
import {askHost, whoAnswered} from '../support/stories/ask-host.ts'
import {startStory, type Story} from '../support/stories/start-story.ts'
import {writeWhole} from '../support/write-whole.ts'

const SPENT = {usedPercent: 100, resetAfterSeconds: 3600}
const ACCOUNTS = {accounts: [{email: 'ada@example.com'}, {email: 'bob@example.com'}]}

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'alma-shared-'))
  onTestFinished(() => rm(folder, {recursive: true}))
  return folder
}

/** A folder of accounts in which Bob is logged in. */
async function createSharedFolder(simulator: Simulator): Promise<string> {
  const base = await makeFolder()
  const {log} = createMemoryLog()
  const directories = createAccountDirectories({base, now: Date.now, log})
  const store = createDirectoryAccountStore({directories, now: Date.now, log})
  await store.add(await issueAccount(simulator, {email: 'bob@example.com'}))
  store.close()
  return base
}

/** The folder of a Codex CLI in which Bob is logged in. */
async function createCodexHome(simulator: Simulator): Promise<string> {
  const base = await createSharedFolder(simulator)
  const home = await makeFolder()
  const login = await readFile(path.join(base, 'bob/auth.json'), 'utf8')
  writeWhole(path.join(home, 'auth.json'), login)
  return home
}

/** The CLI spends the refresh token, and keeps what it gets. */
async function refreshAsCli(home: string, simulator: Simulator): Promise<void> {
  const file = path.join(home, 'auth.json')
  const auth = JSON.parse(await readFile(file, 'utf8')) as {tokens: Record<string, string>}
  const response = await fetch(new URL('/oauth/token', simulator.issuer), {
    method: 'POST',
    body: new URLSearchParams({
      client_id: 'app_EMoamEEZ73f0CkXaXp7hrann',
      grant_type: 'refresh_token',
      refresh_token: auth.tokens['refresh_token'] ?? '',
    }),
  })
  const tokens = {...auth.tokens, ...((await response.json()) as Record<string, string>)}
  const changed = {...auth, tokens, last_refresh: new Date().toISOString()}
  writeWhole(file, JSON.stringify(changed))
}

async function emails({host}: Story): Promise<unknown[]> {
  return (await host.accounts()).map(({email}) => email)
}

async function start(user: User = {}): Promise<Story> {
  return startStory({
    simulator: ACCOUNTS,
    connected: true,
    user: (simulator) => ({browse: async (url) => simulator.approve(url), ...user}),
  })
}

test('accounts of a shared folder answer after our own, and other programs hear of their limits', async () => {
  const story = await start()
  const base = await createSharedFolder(story.simulator)
  story.host.changeSetting('openaiCodex.sharedAccounts', base)
  await expect.poll(async () => emails(story)).toEqual(['ada@example.com', 'bob@example.com'])

  story.simulator.changeAccount('ada@example.com', {primary: SPENT})
  await askHost(story, 'One')
  story.simulator.changeAccount('bob@example.com', {primary: SPENT})
  await expect(askHost(story, 'Two')).rejects.toThrow('All 2 ChatGPT accounts')

  expect(whoAnswered(story)).toEqual(['bob@example.com'])
  const readStatus = async () => readFile(path.join(base, 'account_status.json'), 'utf8')
  await expect.poll(readStatus).toContain('"lastError": "usage_limit_reached"')
})

test('when the setting is taken back, the shared accounts are gone and their files are not', async () => {
  const story = await start()
  const base = await createSharedFolder(story.simulator)
  story.host.changeSetting('openaiCodex.sharedAccounts', base)
  await expect.poll(async () => emails(story)).toHaveLength(2)

  story.host.changeSetting('openaiCodex.sharedAccounts', '')

  await expect.poll(async () => emails(story)).toEqual(['ada@example.com'])
  expect(await readFile(path.join(base, 'bob/auth.json'), 'utf8')).toContain('refresh_token')
})

test('a shared folder that cannot be read leaves our own accounts alone', async () => {
  const story = await start()
  const base = await makeFolder()
  await mkdir(path.join(base, 'registry.json'))
  story.host.changeSetting('openaiCodex.sharedAccounts', base)

  expect(await askHost(story, 'Hello')).toContain('heard: Hello')
  expect(await emails(story)).toEqual(['ada@example.com'])
  expect(story.host.log.filter(({level}) => level === 'warn')).toHaveLength(1)
})

test.each([
  [true, [], 'Logged out of bob@example.com.'],
  [false, ['bob@example.com'], 'Other programs go on sharing their login of bob@example.com.'],
])('a shared login ends only when the user agrees (%s)', async (agrees, left, message) => {
  const story = await start({confirm: () => agrees})
  await story.host.disconnect()
  const base = await createSharedFolder(story.simulator)
  story.host.changeSetting('openaiCodex.sharedAccounts', base)
  await expect.poll(async () => emails(story)).toEqual(['bob@example.com'])

  await story.host.run('openai-codex-auth.logout')

  expect(await emails(story)).toEqual(left)
  expect(story.host.seen.notifications.at(-1)?.message).toBe(message)
})

test('whoever logs out of an account that is ours and shared is asked about the shared login', async () => {
  const asked: string[] = []
  const story = await start({confirm: (message) => asked.push(message) > 0})
  const base = await makeFolder()
  const {log} = createMemoryLog()
  const directories = createAccountDirectories({base, now: Date.now, log})
  await directories.addLogin(await issueAccount(story.simulator, {email: 'ada@example.com'}))
  story.host.changeSetting('openaiCodex.sharedAccounts', base)

  await story.host.run('openai-codex-auth.logout')

  expect(asked).toEqual([
    `Other programs share the login of ada@example.com in the folder ${path.join(base, 'ada')}. Log out there as well?`,
  ])
  expect(await emails(story)).toEqual([])
  expect(story.simulator.counts['revoke']).toEqual({200: 2})
})

test('a login of the Codex CLI is used where it is, over a restart, until the user logs out here', async () => {
  const story = await start({
    pick: () => 'Share bob@example.com (ChatGPT Plus)',
  })
  const home = await createCodexHome(story.simulator)
  process.env['CODEX_HOME'] = home
  onTestFinished(() => void delete process.env['CODEX_HOME'])
  await story.host.reload()

  await story.host.run('openai-codex-auth.importLogin')
  await story.host.reload()
  expect(await emails(story)).toEqual(['ada@example.com', 'bob@example.com'])
  story.simulator.changeAccount('bob@example.com', {accessTokens: 'expire'})
  story.simulator.changeAccount('ada@example.com', {primary: SPENT})
  await askHost(story, 'Hello')

  expect(whoAnswered(story)).toEqual(['bob@example.com'])
  const [, bob] = await story.host.accounts()
  await story.host.provider().removeAccount(bob!.id)
  expect(story.host.seen.notifications.at(-1)?.message).toBe(
    `bob@example.com is no longer used here, and stays logged in in ${home}.`,
  )
  expect(await emails(story)).toEqual(['ada@example.com'])
  const auth = await readFile(path.join(home, 'auth.json'), 'utf8')
  expect(auth).toContain('refresh_token')
  expect(story.simulator.counts.revoke).toBeUndefined()
})

test('a copied login is confirmed with a warning, and says who used it up', async () => {
  const warnings: string[] = []
  const story = await start({
    pick: () => 'Copy bob@example.com (ChatGPT Plus)',
    confirm: (message) => warnings.push(message) > 0,
  })
  const home = await createCodexHome(story.simulator)
  process.env['CODEX_HOME'] = home
  onTestFinished(() => void delete process.env['CODEX_HOME'])
  await story.host.reload()

  await story.host.run('openai-codex-auth.importLogin')

  expect(warnings[0]).toMatch(/^This login now exists twice/)
  expect(await emails(story)).toEqual(['ada@example.com', 'bob@example.com'])
  expect(story.host.seen.notifications.at(-1)?.message).toBe(
    'Logged in as bob@example.com (ChatGPT Plus).',
  )

  await refreshAsCli(home, story.simulator)
  story.simulator.changeAccount('ada@example.com', {signOut: true})
  story.simulator.changeAccount('bob@example.com', {accessTokens: 'expire'})
  await expect(askHost(story, 'Hello')).rejects.toThrow(
    /another program \(the Codex CLI in .+\) used this login up on .+\. Press Connect again/,
  )
  expect(await emails(story)).toEqual(['ada@example.com', 'bob@example.com'])
})

test('a copy does not take the place of a login that works, in the folder of the Codex CLI least of all', async () => {
  const picks = ['Share bob@example.com (ChatGPT Plus)', 'Copy bob@example.com (ChatGPT Plus)']
  const story = await start({pick: () => picks.shift(), confirm: () => true})
  const home = await createCodexHome(story.simulator)
  process.env['CODEX_HOME'] = home
  onTestFinished(() => void delete process.env['CODEX_HOME'])
  const file = path.join(home, 'auth.json')
  const before = await readFile(file, 'utf8')
  await story.host.reload()

  await story.host.run('openai-codex-auth.importLogin')
  await story.host.run('openai-codex-auth.importLogin')

  expect(await readFile(file, 'utf8')).toBe(before)
  expect(story.host.seen.notifications.at(-1)?.message).toBe(
    'bob@example.com is already logged in. Log out first to use another copy of its login.',
  )
})

test('where there is no login to import, the command says what to do', async () => {
  const story = await start()
  process.env['CODEX_HOME'] = await makeFolder()
  onTestFinished(() => void delete process.env['CODEX_HOME'])
  await story.host.reload()

  await story.host.run('openai-codex-auth.importLogin')

  expect(story.host.seen.notifications.at(-1)?.message).toMatch(
    /^No login was found in .+\. Log in with the Codex CLI, or press Connect\.$/,
  )
})
