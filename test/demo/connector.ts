/**
 * An example for those who build a page: a server with the connector, a simulator in the place of OpenAI, and a page with
 * the card, in one command. Nothing real is asked, and everything is gone at the end.
 *
 * @module
 */
import {once} from 'node:events'
import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import process from 'node:process'
import {parseArgs} from 'node:util'
import {createConnector, type ConnectorOptions} from '../../src/connector.ts'
import {serve} from '../../src/http/serve.ts'
import {startSimulator} from '../../src/simulator/start-simulator.ts'

/** As the build has left it, seen from `build/`. */
const CARD = path.resolve(import.meta.dirname, '../dist/codex-account-card.js')

const {values} = parseArgs({
  options: {
    port: {type: 'string', default: '8098'},
    'simulator-port': {type: 'string', default: '8099'},
    login: {type: 'string', default: 'device'},
    codex: {type: 'string', default: 'codex'},
    'codex-way': {type: 'string'},
    'code-seconds': {type: 'string', default: '900'},
  },
})
const folder = await mkdtemp(path.join(tmpdir(), 'codex-connector-'))
const simulator = await startSimulator({
  port: Number(values['simulator-port']),
  deviceCodeLifetimeSeconds: Number(values['code-seconds']),
  accounts: [
    {email: 'ada@example.com', plan: 'plus'},
    {email: 'grace@example.com', plan: 'pro'},
  ],
})
process.env['ORCH_CODEX_ACCOUNT_MODE_ENABLED'] ??= 'true'
process.env['CODEX_AUTH_ISSUER_URL'] = simulator.issuer.href
process.env['CODEX_BACKEND_URL'] = simulator.backendUrl.href

const saved: {provider: Readonly<Record<string, unknown>>} = {provider: {}}
const login = toLogin(values.login)
const connector = createConnector({
  login,
  cardScript: () => readFile(CARD, 'utf8'),
  ...(login === 'codex-cli' ? await prepareCodex() : {folder}),
  providers: {
    read: async () => saved.provider,
    save: async (_user, choice) => {
      saved.provider = choice
    },
  },
})
const server = await serve((request) => connector.handler(request), Number(values.port))
console.log(`Page:       ${new URL(`/ops/connect#key=${connector.key}`, server.url).href}
API:        ${new URL('/ops', server.url).href}
Simulator:  ${simulator.url.href} (stands in for OpenAI; type the code at /codex/device)
Login by:   ${login}
Accounts:   ${folder}

Press Ctrl-C to end it.`)
await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
await connector.close()
await server.close()
await simulator.close()
await rm(folder, {recursive: true, force: true})
process.exit(0)

/** A CODEX_HOME whose CLI asks the stand-in as well, for all that it does beside the login. */
async function prepareCodex(): Promise<ConnectorOptions> {
  const codexHome = path.join(folder, 'codex-home')
  const {port} = simulator.url
  await mkdir(codexHome, {recursive: true})
  await writeFile(
    path.join(codexHome, 'config.toml'),
    // The two origins have to differ: the CLI wants HTTPS when they are the same.
    `openai_base_url = "http://127.0.0.1:${port}/backend-api/codex"
chatgpt_base_url = "http://localhost:${port}/backend-api/"
check_for_update_on_startup = false
[analytics]
enabled = false
`,
  )
  const way = toWay(values['codex-way'])
  return {codexHome, codex: values.codex, ...(way && {codexWays: [way]})}
}

function toWay(text: string | undefined): 'app-server' | 'text' | undefined {
  if (text === undefined || text === 'app-server' || text === 'text') return text
  throw new Error('--codex-way is app-server or text')
}

function toLogin(text: string): NonNullable<ConnectorOptions['login']> {
  if (text === 'codex-cli' || text === 'simulated' || text === 'device') return text
  throw new Error('--login is device, codex-cli or simulated')
}
