import {writeFileSync} from 'node:fs'
import path from 'node:path'
import {beforeAll, describe, expect, test, vi} from 'vitest'
import {startTestSimulator} from '../support/servers/ask-simulator.ts'
import {installNode} from '../support/processes/install-node.ts'
import {hasOpenssl, startProductionProxy} from '../support/servers/production-proxy.ts'
import {makeCaoHome} from '../support/cao/run-cao.ts'

/** `cao` in a network that is left through a proxy only, with certificates of its own. */

/** As the environment of a network says it: nothing points at the simulator but the proxy. */
const REAL_SERVERS = {CODEX_AUTH_ISSUER_URL: '', CODEX_BACKEND_URL: ''}

const VERSIONS = [process.versions.node, '22.23.5', '24.21.0']

vi.setConfig({testTimeout: 60_000})

const nodes = new Map<string, string>([[process.versions.node, process.execPath]])

beforeAll(async () => {
  for (const version of VERSIONS) {
    if (!nodes.has(version)) nodes.set(version, await installNode(version))
  }
}, 120_000)

describe.skipIf(!hasOpenssl)('behind a proxy', () => {
  test.for(
    VERSIONS.flatMap((version) => [
      {version, name: 'HTTPS_PROXY', more: {}},
      {version, name: 'https_proxy', more: {NODE_USE_ENV_PROXY: '1'}},
    ]),
  )('Node $version refreshes and reads the usage through $name $more', async (one, context) => {
    const simulator = await startTestSimulator({accounts: [{email: 'ada@example.com'}]})
    const proxy = await startProductionProxy(simulator, context.onTestFinished)
    const cao = makeCaoHome(simulator)
    cao.addAccounts('work')
    await cao.logIn('work', 'ada@example.com', {expiresInSeconds: 10})

    const {stdout} = await cao.run(['status', '--json'], {
      node: nodes.get(one.version)!,
      env: {
        ...REAL_SERVERS,
        ...one.more,
        [one.name]: proxy.url.href,
        CODEX_CA_CERTIFICATE: proxy.authorityFile,
      },
    })

    expect(JSON.parse(stdout)).toMatchObject([{name: 'work', loggedIn: true}])
    expect(simulator.counts).toMatchObject({token: {refreshed: 1}, usage: {200: 1}})
  })

  test('doctor says which proxy is used, without its password', async (context) => {
    const simulator = await startTestSimulator()
    const proxy = await startProductionProxy(simulator, context.onTestFinished)
    const cao = makeCaoHome()
    cao.addAccounts('work')

    const {stdout} = await cao.run(['doctor'], {
      env: {
        ...REAL_SERVERS,
        HTTPS_PROXY: `http://ada:secret-word@${proxy.url.host}`,
        NO_PROXY: 'intranet.example',
        SSL_CERT_FILE: proxy.authorityFile,
      },
    })

    expect(stdout).toContain(
      `[ok] proxy: ${proxy.url.host} is used (HTTPS_PROXY), except for intranet.example`,
    )
    expect(stdout).toMatch(/\[ok\] authorization server: auth\.openai\.com answers/)
    expect(stdout).not.toContain('secret-word')
  })
})

test.each([
  [
    'a proxy that is no address',
    {HTTPS_PROXY: 'http://ada:secret-word@'},
    'HTTPS_PROXY is not the address of a proxy. Correct it (for example http://proxy.example:8080), or unset it.',
  ],
  [
    'certificates that are not there',
    {CODEX_CA_CERTIFICATE: '/nowhere/ca.pem'},
    'CODEX_CA_CERTIFICATE names a file of certificates that cannot be read: /nowhere/ca.pem. Correct the variable, or unset it.',
  ],
])('doctor tells of %s', async (_name, env, sentence) => {
  const cao = makeCaoHome()
  cao.addAccounts('work')

  const {stdout, stderr} = await cao.run(['doctor'], {env: {...REAL_SERVERS, ...env}})

  expect(stdout).toContain(sentence)
  expect(stdout + stderr).not.toContain('secret-word')
})

test('a file of certificates is no certificate', async () => {
  const cao = makeCaoHome()
  cao.addAccounts('work')
  const file = path.join(cao.home, 'ca.pem')
  writeFileSync(file, 'no certificate')

  const {code, stdout} = await cao.run(['doctor'], {env: {...REAL_SERVERS, SSL_CERT_FILE: file}})

  expect(code).not.toBeNull()
  expect(stdout).toContain('auth.openai.com cannot be reached')
})
