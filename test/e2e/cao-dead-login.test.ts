import {readFileSync} from 'node:fs'
import path from 'node:path'
import {describe, expect, test, vi} from 'vitest'
import {startTestSimulator} from '../support/servers/ask-simulator.ts'
import {makeCaoHome, type CaoHome} from '../support/cao/run-cao.ts'

/** A login that the server rejects looks the same on every surface of `cao`, also when nobody is asked. */

vi.setConfig({testTimeout: 60_000})

/** The forms of the status, and what each says of the login. */
const SURFACES: readonly (readonly [args: readonly string[], words: RegExp])[] = [
  [['list'], /^\* work \(login-needed\)\n$/],
  [['status'], /^\* work \(login-needed\) \| (?!.*left:)/],
  [['status', '--full'], /^ {2}status: login-needed$/m],
  [['status', '--pretty'], /ERROR.*[^]*login: login-needed/],
  [['status', '--json'], /"loggedIn": false/],
  [
    ['status', '--doctor'],
    /\* work: ERROR\n {2}- \[error\] login_required: .*Run `cao add work`\./,
  ],
]

async function makeDeadLogin(): Promise<CaoHome> {
  const simulator = await startTestSimulator({accounts: [{email: 'ada@example.com'}]})
  const cao = makeCaoHome(simulator)
  cao.addAccounts('work')
  await cao.logIn('work', 'ada@example.com')
  // What is left is known from better days.
  await cao.call(['status'])
  simulator.changeAccount('ada@example.com', {signOut: true})
  return cao
}

describe('a login that was revoked', () => {
  test.each(SURFACES.slice(1))(
    '%j refreshes it once and says that it ended',
    async (args, words) => {
      const cao = await makeDeadLogin()

      const {stdout} = await cao.call(args)

      expect(stdout).toMatch(words)
    },
  )

  test('is remembered: nobody has to ask again', async () => {
    const cao = await makeDeadLogin()
    await cao.call(['status'])

    for (const [args, words] of SURFACES) {
      const offline = args[0] === 'list' ? args : [...args, '--offline']
      expect((await cao.call(offline)).stdout).toMatch(words)
    }
  })

  test('is over with other tokens, whoever brings them', async () => {
    const cao = await makeDeadLogin()
    await cao.call(['status'])
    const file = path.join(cao.base, 'work', 'auth.json')
    const before = readFileSync(file, 'utf8')
    cao.writeLogin('work', {user: 'ada'})

    expect(readFileSync(file, 'utf8')).not.toBe(before)
    expect((await cao.call(['list'])).stdout).toBe('* work (logged-in)\n')
    const {stdout} = await cao.call(['status', '--offline', '--json'])
    expect(JSON.parse(stdout)).toMatchObject([{loggedIn: true, loginRequired: null}])
  })
})

test('a login that is rejected although it can be refreshed does not look healthy', async () => {
  const simulator = await startTestSimulator({accounts: [{email: 'ada@example.com'}]})
  const cao = makeCaoHome(simulator)
  cao.addAccounts('work')
  await cao.logIn('work', 'ada@example.com')
  simulator.addFault({kind: 'status', endpoint: 'usage', status: 401, times: 9})

  const {code, stdout} = await cao.call(['status', '--doctor'])

  expect(stdout).toContain('login_rejected: The server rejects this login. Run `cao add work`.')
  expect(code).toBe(2)
  expect(simulator.counts).toMatchObject({token: {refreshed: 1}})
})
