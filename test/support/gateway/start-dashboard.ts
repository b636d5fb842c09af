/**
 * A gateway with its dashboard, in the process of the test.
 *
 * @module
 */
import {readFile} from 'node:fs/promises'
import path from 'node:path'
import {createDashboard} from '../../../src/gateway/management/create-dashboard.ts'
import {openHistory, type History} from '../../../src/gateway/history/history.ts'
import {delay} from '../../../src/base/delay.ts'
import {KeyFile} from '../../../src/gateway/keys/key-file.ts'
import {openRulesFile, watchRules, type LiveRules} from '../../../src/gateway/rules/rules-file.ts'
import {onTestFinished} from 'vitest'
import {createMemoryLog} from '../memory/memory-log.ts'
import {makeTemporaryFolder} from '../temporary-folder.ts'
import {
  OPERATOR_KEY,
  startTestGateway,
  type TestGateway,
  type TestGatewayOptions,
} from './start-gateway.ts'

/** The files of the page as they were built. */
const PAGE_FOLDER = path.resolve(import.meta.dirname, '../../../dist/dashboard')

/** A gateway with a dashboard, and what the dashboard asks. */
export interface TestDashboard extends TestGateway {
  readonly history: History
  /** The folder of the accounts. */
  readonly base: string
  readonly keyFile: KeyFile
  readonly rules: LiveRules
  /** Asks as the page does. */
  readonly get: (path: string) => Promise<unknown>
  readonly post: (path: string, body?: unknown) => Promise<Response>
}

/** How it is made. */
export interface TestDashboardOptions extends TestGatewayOptions {
  /** Where browsers come back to after a login. */
  readonly redirectPorts?: readonly number[]
}

/** Starts both. They end with the test. */
export async function startDashboard({
  redirectPorts,
  ...options
}: TestDashboardOptions = {}): Promise<TestDashboard> {
  const {log} = createMemoryLog()
  const base = makeTemporaryFolder()
  const folder = {base, now: Date.now, log}
  const keyFile = new KeyFile({...folder, onDamage: () => {}})
  const rules = watchRules(folder)
  onTestFinished(() => rules.close())
  const history = openHistory({folder: makeTemporaryFolder(), now: Date.now, log})
  onTestFinished(() => history.close())
  const names = new Map<string, string>()
  const started = await startTestGateway({
    ...options,
    plug: (engine) => {
      const dashboard = createDashboard({
        base,
        engine,
        accounts: engine.store,
        delay,
        hostId: async () => 'urn:uuid:6ba7b810-9dad-41d1-80b4-00c04fd430c8',
        ...(redirectPorts && {redirectPorts}),
        keys: {file: keyFile, areChecked: true},
        rules: {
          get current() {
            return rules.current
          },
          reload: () => rules.reload(),
          file: openRulesFile(folder),
        },
        history,
        toName: (id) => names.get(id) ?? id.slice(0, 8),
        describe: () => ({
          url: 'http://127.0.0.1:4319/',
          version: '2.0.0',
          startedAtMs: Date.now(),
          hasConnector: false,
        }),
        readPageFile: async (name) => new Uint8Array(await readFile(path.join(PAGE_FOLDER, name))),
        log,
      })
      onTestFinished(() => dashboard.close())
      return {routes: dashboard.routes, observers: [dashboard.observer]}
    },
  })
  for (const {email = '', id} of await started.engine.store.list()) {
    names.set(id, email.replace(/@.*/, ''))
  }
  const headers = {authorization: `Bearer ${OPERATOR_KEY}`}
  return {
    ...started,
    base,
    keyFile,
    rules,
    history,
    get: async (name) => (await started.ask(`/gateway/page/${name}`, {headers})).json(),
    post: (name, body = {}) =>
      started.ask(`/gateway/page/${name}`, {method: 'POST', headers, body: JSON.stringify(body)}),
  }
}
