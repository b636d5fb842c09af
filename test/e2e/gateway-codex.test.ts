import {beforeAll, expect, test, vi} from 'vitest'
import {THOROUGH_CODEX_VERSIONS, installCodexCli} from '../support/cao/codex-cli.ts'
import {findFreePort} from '../support/processes/find-free-port.ts'
import {startCaoCodex} from '../support/cao/start-cao-codex.ts'

/** The official CLI through the gateway: its session goes on while the accounts run out, one after the other. */

vi.setConfig({testTimeout: 120_000})
beforeAll(installCodexCli, 240_000)

/** Where the two kinds of login ask. */
const PATHS = ['/backend-api/codex/responses', '/v1/responses']

const isOfBob = ({account, path}: {readonly account: string | undefined; readonly path: string}) =>
  account === 'bob@example.com' && PATHS.includes(path)

const SPENT = {primary: {usedPercent: 100, resetAfterSeconds: 7200}}

/** The first release goes on with the other kind of login. */
const STORIES = THOROUGH_CODEX_VERSIONS.map((version, index) => ({
  version,
  isSecondApp: index === 0,
}))

test.for(STORIES)(
  'Codex $version goes on with the next account (an app: $isSecondApp), and says when all are out',
  async ({version, isSecondApp}) => {
    const {cao, codex, env, simulator} = await startCaoCodex({version, isSecondApp})
    const port = await findFreePort()
    const gateway = cao.start(['gateway', 'start', '--port', String(port)])
    await gateway.find(/Gateway started on/)
    const flags = ['--gateway', '--gateway-url', `http://127.0.0.1:${port}`, '--codex', codex, '--']
    const exec = (...args: readonly string[]) =>
      cao.run(['run', ...flags, 'exec', ...args, '--skip-git-repo-check'], {env})
    const answeredBy = () =>
      simulator.requests.flatMap(({account, path, status}) =>
        PATHS.includes(path) && status === 200 ? [account] : [],
      )

    const first = await exec('the first of two')
    simulator.changeAccount('ada@example.com', SPENT)
    const second = await exec('resume', '--last', 'the second of two')
    simulator.changeAccount('bob@example.com', isSecondApp ? {appRequestsPerWeek: 0} : SPENT)
    const third = await exec('resume', '--last', 'one more')
    gateway.kill('SIGTERM')

    expect([first.code, second.code]).toEqual([0, 0])
    expect(first.stderr).toContain(`Gateway routing enabled: http://127.0.0.1:${port}/v1`)
    expect(second.stdout).toContain('the second of two')
    expect(answeredBy()).toEqual(['ada@example.com', 'bob@example.com'])
    // What was said goes along, and what only ada's account could read does not.
    const asked = JSON.stringify(simulator.requests.find(isOfBob)?.body)
    expect(asked).toContain('the first of two')
    expect(asked).not.toContain('"type":"reasoning"')
    expect(third.code).toBe(1)
    expect(third.stderr).toMatch(/You’ve hit your usage limit\. .*try again at/i)
    // The CLI has never been told to log in anew, and has asked nobody but the gateway.
    expect(simulator.counts['token']).toBeUndefined()
    expect(await gateway.result).toMatchObject({code: 0})
  },
)
