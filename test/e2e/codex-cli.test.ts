import {readFile} from 'node:fs/promises'
import path from 'node:path'
import {beforeAll, describe, expect, test, type TestContext} from 'vitest'
import {startSimulator, type Simulator} from '../../src/simulator/start-simulator.ts'
import {hasOpenssl, startProductionProxy} from '../support/servers/production-proxy.ts'
import {
  THOROUGH_CODEX_VERSIONS,
  createCodex,
  installCodexCli,
  writeAuthFile,
  type CodexVersion,
} from '../support/cao/codex-cli.ts'

/** The official CLI cannot tell the simulator from the real thing. */

beforeAll(installCodexCli, 240_000)

/** A simulator that lives as long as the test. */
async function start({onTestFinished}: TestContext): Promise<Simulator> {
  const simulator = await startSimulator()
  onTestFinished(() => simulator.close())
  return simulator
}

interface Story {
  readonly version: CodexVersion
  /** Default: a classic one. */
  readonly model?: string
  readonly expiresInSeconds?: number
}

/** The CLI, logged in to a simulator. */
async function startLoggedIn(
  context: TestContext,
  {version, model = 'gpt-5.5', expiresInSeconds = 3600}: Story,
) {
  const simulator = await start(context)
  const {onTestFinished} = context
  const codex = await createCodex(simulator, {onTestFinished, model, version})
  await writeAuthFile(codex, simulator, {expiresInSeconds})
  return {codex, simulator}
}

function pathsOf(simulator: Simulator): string[] {
  return simulator.requests.map(({method, path: requestPath}) => `${method} ${requestPath}`)
}

const EXEC = ['exec', '--skip-git-repo-check', '--ephemeral'] as const

describe.concurrent.for(THOROUGH_CODEX_VERSIONS)(
  'the official CLI %s',
  {timeout: 90_000},
  (version) => {
    // The browser login goes to the production host whatever the settings say, and always listens on
    // port 1455, or 1457: there is only one test of it for each release.
    test('logs in through the browser as in production, asks, and logs out', async (context) => {
      context.skip(!hasOpenssl, 'openssl is not installed')
      const simulator = await start(context)
      const proxy = await startProductionProxy(simulator, context.onTestFinished)
      const {onTestFinished} = context
      const codex = await createCodex(simulator, {
        onTestFinished,
        model: 'gpt-6.1-sol',
        proxy,
        version,
      })
      const login = codex.start('login')
      const printed = new URL(await login.find(/(https:\S+\/oauth\/authorize\S+)\s/))

      const redirect = await simulator.approve(
        new URL(printed.pathname + printed.search, simulator.url),
      )
      const landing = await fetch(redirect)
      const loggedIn = await login.result
      const answer = await codex.run(...EXEC, 'as in production')
      const loggedOut = await codex.run('logout')

      expect(printed.origin).toBe('https://auth.openai.com')
      expect([landing.status, loggedIn.code, loggedOut.code]).toEqual([200, 0, 0])
      expect(answer.stdout.trim()).toBe('gpt-6.1-sol (low) heard: as in production')
      const redirectUri = printed.searchParams.get('redirect_uri')
      // 1457 when something on this computer has 1455.
      expect(redirectUri).toMatch(/^http:\/\/(?:127\.0\.0\.1|localhost):145[57]\/auth\/callback$/)
      const grants = simulator.requests.filter(({path: one}) => one === '/oauth/token')
      expect(grants.map(({body, status}) => [body, status])).toMatchObject([
        [{grant_type: 'authorization_code', redirect_uri: redirectUri}, 200],
        [{grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange'}, 400],
      ])
      expect(pathsOf(simulator)).toContain('POST /oauth/revoke')
    })

    test('logs in with a device code, says so, and logs out', async (context) => {
      const simulator = await start(context)
      const codex = await createCodex(simulator, {
        onTestFinished: context.onTestFinished,
        model: 'gpt-5.5',
        version,
      })
      const login = codex.start(
        'login',
        '--device-auth',
        '--experimental_issuer',
        simulator.url.origin,
      )

      await simulator.approveDevice(await login.find(/\b([A-Z\d]{4}-[A-Z\d]{5})\b/))

      expect(await login.result).toMatchObject({code: 0})
      const auth = await readFile(path.join(codex.home, 'auth.json'), 'utf8')
      expect(JSON.parse(auth)).toMatchObject({
        tokens: {account_id: simulator.accounts[0]?.accountId},
      })
      const status = await codex.run('login', 'status')
      expect(status.stdout + status.stderr).toContain('Logged in using ChatGPT')
      expect(await codex.run('logout')).toMatchObject({code: 0})
      expect(pathsOf(simulator)).toContain('POST /oauth/revoke')
      expect(await codex.run('login', 'status')).toMatchObject({code: 1})
    })

    test('gets an answer from a classic model', async (context) => {
      const {codex, simulator} = await startLoggedIn(context, {version})

      const {code, stdout} = await codex.run(...EXEC, 'say hello')

      expect([code, stdout.trim()]).toEqual([0, 'gpt-5.5 (medium) heard: say hello'])
      expect(pathsOf(simulator)).toEqual(
        expect.arrayContaining([
          'GET /backend-api/codex/models',
          'GET /backend-api/wham/accounts/check',
          'GET /backend-api/codex/responses',
          'POST /backend-api/codex/responses',
        ]),
      )
      const asked = simulator.requests.find(
        ({method, status}) => method === 'POST' && status === 200,
      )
      expect(asked?.headers).toMatchObject({'content-encoding': 'zstd', version})
    })

    test.for([
      ['classic', 'gpt-5.5', 'exec_command'],
      ['lite', 'gpt-6-sol', 'exec'],
    ] as const)(
      'runs a tool for a %s model and sends the output back',
      async ([, model, tool], context) => {
        const {codex} = await startLoggedIn(context, {version, model})

        const {code, stdout} = await codex.run(
          ...EXEC,
          '--dangerously-bypass-approvals-and-sandbox',
          `use the tool ${tool}`,
        )

        expect(code).toBe(0)
        expect(stdout.startsWith(`${model} (medium) read: `)).toBe(true)
        expect(stdout).toMatch(/\bhi\b/)
      },
    )

    test('refreshes an expired token before it asks', async (context) => {
      const {codex, simulator} = await startLoggedIn(context, {version, expiresInSeconds: 60})

      const {code, stdout} = await codex.run(...EXEC, 'after the refresh')

      expect([code, stdout.trim()]).toEqual([0, 'gpt-5.5 (medium) heard: after the refresh'])
      const refreshes = simulator.requests.filter(({path: one}) => one === '/oauth/token')
      expect(refreshes.map(({body, status}) => ({body, status}))).toEqual([
        {
          body: {
            client_id: 'app_EMoamEEZ73f0CkXaXp7hrann',
            grant_type: 'refresh_token',
            refresh_reason: 'proactive_expiry',
          },
          status: 200,
        },
      ])
    })

    test('refreshes when the backend says that its token expired', async (context) => {
      const {codex, simulator} = await startLoggedIn(context, {version})
      simulator.changeAccount('you@example.com', {accessTokens: 'expire'})

      const {code, stdout} = await codex.run(...EXEC, 'once more')

      expect([code, stdout.trim()]).toEqual([0, 'gpt-5.5 (medium) heard: once more'])
    })

    test('explains a full quota', async (context) => {
      const {codex, simulator} = await startLoggedIn(context, {version})
      simulator.changeAccount('you@example.com', {primary: {usedPercent: 100}})

      const {code, stderr} = await codex.run(...EXEC, 'too much')

      expect(code).toBe(1)
      expect(stderr).toMatch(/hit your usage limit/)
    })
  },
)
