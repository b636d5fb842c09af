/**
 * Runs the extension's tests in a real editor: `npm run test:vscode`.
 *
 * @module
 */
import {existsSync} from 'node:fs'
import {mkdir, readFile, rm} from 'node:fs/promises'
import path from 'node:path'
import {startSimulator} from '../../src/simulator/start-simulator.ts'
import {tellChatView} from './chat-view.ts'
import {installHost, type InstalledHost} from './host/install-host.ts'
import {OUTPUT as FOLDER, startPerson} from './host/person.ts'
import {startEditor} from './host/start-editor.ts'

/** Screenshots and reports. */
const OUTPUT = path.resolve(FOLDER)

/** The longest that the suite in the extension host may take, in milliseconds. */
const SUITE_TIMEOUT_MS = 180_000

await rm(OUTPUT, {recursive: true, force: true})
await mkdir(OUTPUT, {recursive: true})
const host = await installHost()
const only = process.argv[2]
if (only !== 'chat' && !(await runSuite(host))) process.exitCode = 1
if (only !== 'suite') {
  const simulator = await startSimulator({accounts: [{email: 'you@example.com'}]})
  await tellChatView(host, simulator)
  await simulator.close()
}

/** @returns Whether every story in the extension host passed. */
async function runSuite(installed: InstalledHost): Promise<boolean> {
  const simulator = await startSimulator({
    accounts: [{email: 'you@example.com'}, {email: 'other@example.com', plan: 'pro'}],
  })
  const report = path.join(OUTPUT, 'suite.txt')
  const person = await startPerson()
  const editor = await startEditor({
    host: installed,
    environment: {
      CODEX_AUTH_ISSUER_URL: simulator.issuer.href,
      CODEX_BACKEND_URL: simulator.backendUrl.href,
      TEST_REPORT: report,
      TEST_PERSON: person.url.href,
    },
  })
  const window = await editor.openWindow({suite: 'build/vscode-suite/index.cjs'})
  person.sitDown(editor.context, window.page)
  const timeout = new Promise<number>((resolve) => {
    setTimeout(() => resolve(-1), SUITE_TIMEOUT_MS).unref()
  })
  const code = await Promise.race([window.exitCode, timeout])
  await window.page.screenshot({path: path.join(OUTPUT, 'suite.png')})
  console.log(existsSync(report) ? await readFile(report, 'utf8') : 'The suite did not begin')
  await editor.stop()
  await person.close()
  await simulator.close()
  return code === 0
}
