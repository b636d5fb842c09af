import {mkdirSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {onTestFinished} from 'vitest'
import type {RecordedRequest} from '../../../src/simulator/state/request-log.ts'
import type {Simulator} from '../../../src/simulator/start-simulator.ts'
import {findFreePort} from '../processes/find-free-port.ts'
import {startTestSimulator} from '../servers/ask-simulator.ts'
import {CLAUDE_CODE} from './claude-code.ts'
import {makeCaoHome, type CaoHome, type CaoResult} from './run-cao.ts'

/** Nothing listens there, so a request to the outside fails at once. */
export const OFFLINE = {HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: '127.0.0.1'}

/** A gateway that runs, and the real Claude Code in front of it. */
export interface ClaudeHost {
  readonly cao: CaoHome
  readonly simulator: Simulator
  /** Address of the gateway. */
  readonly origin: string
  /** Runs Claude Code once, with these arguments. */
  readonly claude: (...args: readonly string[]) => Promise<CaoResult>
  /** What models were asked and answered, oldest first. */
  readonly answered: () => readonly RecordedRequest[]
}

/** Starts all of it, with an account for each address. It ends with the test. */
export async function startClaudeHost(...emails: readonly string[]): Promise<ClaudeHost> {
  const simulator = await startTestSimulator({accounts: emails.map((email) => ({email}))})
  const cao = makeCaoHome(simulator)
  for (const email of emails) {
    const [name = ''] = email.split('@')
    cao.addAccounts(name)
    await cao.logIn(name, email)
  }
  const port = await findFreePort()
  writeFileSync(path.join(cao.base, 'gateway.json'), JSON.stringify({port}))
  // Settings of the user that would lead elsewhere.
  mkdirSync(path.join(cao.home, '.claude'))
  const elsewhere = {ANTHROPIC_BASE_URL: 'http://127.0.0.1:9', ANTHROPIC_MODEL: 'opus'}
  writeFileSync(path.join(cao.home, '.claude/settings.json'), JSON.stringify({env: elsewhere}))
  const gateway = cao.start(['gateway', 'start'])
  onTestFinished(async () => {
    gateway.kill('SIGTERM')
    await gateway.result
  })
  await gateway.find(/Gateway started on/)
  return {
    cao,
    simulator,
    origin: `http://127.0.0.1:${port}`,
    claude: (...args) =>
      cao.run(['claude', '--model', 'gpt-5.5', '--claude', CLAUDE_CODE, '--', ...args], {
        env: OFFLINE,
      }),
    answered: () =>
      simulator.requests.filter(
        ({path: to, status}) => to.endsWith('/codex/responses') && status === 200,
      ),
  }
}
