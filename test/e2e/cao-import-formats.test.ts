import {mkdirSync, readdirSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {expect, test, vi} from 'vitest'
import {startTestSimulator} from '../support/servers/ask-simulator.ts'
import {buildLogin} from '../support/accounts/build-login.ts'
import {makeCaoHome} from '../support/cao/run-cao.ts'

/** `cao import <file or folder>`: logins of other tools. */

vi.setConfig({testTimeout: 60_000})

test('takes over each login of a folder, says whose format it was, and warns of the second copy', async () => {
  const cao = makeCaoHome()
  const folder = path.join(cao.home, 'exports')
  mkdirSync(folder)
  const ada = buildLogin({user: 'ada'})
  const bob = buildLogin({user: 'bob'})
  writeFileSync(path.join(folder, 'camel.json'), JSON.stringify({tokens: ada}))
  const tokens = {access_token: bob.accessToken, refresh_token: bob.refreshToken}
  writeFileSync(path.join(folder, 'proxy.json'), JSON.stringify({type: 'codex', ...tokens}))
  writeFileSync(path.join(folder, 'other.json'), '{"hello":1}')

  const {code, stdout, stderr} = await cao.run(['import', 'exports'])

  expect([code, stdout]).toEqual([
    0,
    `camel.json: auth.json in camel case, logins: 1
proxy.json: CLIProxyAPI, logins: 1
Import complete. Imported: 2, skipped: 0, errors: 1.
Imported accounts: ada, bob
`,
  ])
  expect(stderr).toContain("Skipping 'other.json': no login of a known format.\n")
  expect(stderr).toContain('its refresh token works once')
  expect((await cao.run(['list'])).stdout).toBe('* ada (logged-in)\n  bob (logged-in)\n')
  const again = await cao.run(['import', 'exports/camel.json'])
  expect(again.stderr).toContain('ada has a login already, which stays.')
  const replaced = await cao.run(['import', 'exports/camel.json', '--overwrite'])
  expect(replaced.stdout).toContain('Imported: 1, skipped: 0, errors: 0.')
})

test('renews a refresh token that comes alone, and keeps what it brings', async () => {
  const simulator = await startTestSimulator({accounts: [{email: 'ada@example.com'}]})
  const cao = makeCaoHome(simulator)
  const {refresh_token: token} = await simulator.issueTokens('ada@example.com')
  writeFileSync(path.join(cao.home, 'tokens.txt'), `ada@example.com----${token}\n`)

  const {code, stdout} = await cao.run(['import', 'tokens.txt'])

  expect([code, stdout]).toEqual([0, expect.stringContaining('Imported accounts: ada\n')])
  expect(stdout).toContain(
    'ada: its refresh token was traded for new tokens, and works nowhere else',
  )
  const status = JSON.parse((await cao.run(['status', '--json'])).stdout) as unknown
  expect(status).toMatchObject([{name: 'ada', email: 'ada@example.com', usageError: null}])
  expect(cao.readJson('ada/auth.json')).not.toMatchObject({tokens: {refresh_token: token}})
  expect(readdirSync(cao.base).filter((name) => name.startsWith('import-'))).toEqual([])
})

test('leaves no account behind when the server refuses the refresh token', async () => {
  const cao = makeCaoHome(await startTestSimulator())
  writeFileSync(path.join(cao.home, 'tokens.txt'), 'rt_unknown\n')

  const {code, stderr} = await cao.run(['import', 'tokens.txt'])

  expect(code).toBe(1)
  expect(stderr).toContain("Skipping a login of 'tokens.txt': ")
  expect((await cao.run(['list'])).stdout).toMatch(/^No accounts registered\./)
})

test('sends no refresh token without room for what it brings', async () => {
  const simulator = await startTestSimulator({accounts: [{email: 'ada@example.com'}]})
  const cao = makeCaoHome(simulator)
  const {refresh_token: token} = await simulator.issueTokens('ada@example.com')
  writeFileSync(path.join(cao.home, 'tokens.txt'), `ada@example.com----${token}\n`)

  // 16 blocks of 512 bytes or of 1 kB: enough for the files that are there, not for an answer.
  const under = ['sh', '-c', 'ulimit -f 16; exec "$@"', 'sh']
  const full = await cao.run(['import', 'tokens.txt'], {under})
  const left = readdirSync(cao.base)
  const later = await cao.run(['import', 'tokens.txt'])

  expect([full.code, full.stderr]).toEqual([1, expect.stringContaining('There is no space left')])
  expect(left).not.toContain('ada')
  expect(later.code).toBe(0)
})
