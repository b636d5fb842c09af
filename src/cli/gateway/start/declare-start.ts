/**
 * The declaration of `cao gateway start`.
 *
 * @module
 */
import {Option, type Command} from 'commander'
import type {Run} from '../../action.ts'
import {createRangeOption} from '../gateway-option.ts'
import type {StartOptions} from './start.ts'

const DAY_MS = 86_400_000

/** Adds the command to those of the gateway. */
export function declareGatewayStart(gateway: Command, run: Run): void {
  const command = gateway
    .command('start')
    .description('serve all accounts under one local address')
    .option(
      '--bind <address>',
      'where to listen (default: 127.0.0.1; another one needs client keys)',
    )
    .option('--base-url <url>', 'the backend (default: https://chatgpt.com/backend-api)')
    .option('--passthrough-auth', 'hand on the login of the client, and use none of the accounts')
    .option(
      '--no-client-auth',
      'ask no client for a key: whoever reaches the port can use the accounts',
    )
    .addOption(
      new Option(
        '--websocket <mode>',
        'whether Codex may keep a WebSocket open to the gateway (default: auto; off answers by HTTP only)',
      ).choices(['auto', 'off']),
    )
    .addOption(
      new Option(
        '--upstream-websocket <mode>',
        'whether the gateway keeps WebSockets open to ChatGPT, so that a turn says only what is new (default: off)',
      ).choices(['auto', 'off']),
    )
    .addOption(new Option('--for-runs', 'end with the last run of `cao claude`').hideHelp())
    .option('--no-app-env', 'accepted, and without effect: no variable is set for other programs')
    .option('--save', 'keep these settings in gateway.json for later starts')
    .option('--detach', 'run in the background; `cao gateway stop` ends it')
  const numbers = [
    ['--port <n>', 'port (default: 4319)', [1, 65_535]],
    ['--cooldown-seconds <n>', 'rest at a limit that names no end (default: 900)', [1, 2_592_000]],
    [
      '--max-retry-passes <n>',
      'more passes through all accounts when none could answer for now (default: 1)',
      [0, 100],
    ],
    ['--timeout-ms <n>', 'how long an answer may take to begin (default: 120000)', [1000, DAY_MS]],
    [
      '--upstream-retries <n>',
      'tries after the first one, with the same account (default: 2)',
      [0, 100],
    ],
    ['--upstream-retry-base-ms <n>', 'first pause between tries (default: 200)', [0, DAY_MS]],
    ['--upstream-retry-max-ms <n>', 'longest pause between tries (default: 2000)', [0, DAY_MS]],
    [
      '--upstream-retry-jitter-ms <n>',
      'what is added to a pause at random (default: 120)',
      [0, DAY_MS],
    ],
  ] as const
  for (const [flags, description, range] of numbers) {
    command.addOption(createRangeOption(flags, description, range))
  }
  command.action((options: StartOptions, called: Command) =>
    run(called, async (cli) => (await import('./start.ts')).startGateway(cli, options)),
  )
}
