/**
 * The command line of the simulator.
 *
 * @module
 */
import {parseArgs} from 'node:util'
import * as z from 'zod'
import {accountSeedSchema} from './state/simulated-account.ts'
import type {Simulator, SimulatorOptions} from './start-simulator.ts'

/** What the command line asks for. */
export type Command =
  | {readonly kind: 'help'}
  | {readonly kind: 'invalid'; readonly message: string}
  | {readonly kind: 'start'; readonly options: SimulatorOptions}

const OPTIONS = {
  port: {type: 'string'},
  account: {type: 'string', multiple: true},
  'older-models': {type: 'string'},
  websocket: {type: 'boolean'},
  help: {type: 'boolean'},
} as const

const flagsSchema = z.object({
  help: z.boolean().default(false),
  websocket: z.boolean().default(false),
  port: z
    .stringFormat('port', /^\d{1,5}$/, '--port needs a number from 0 to 65535.')
    .transform(Number)
    .refine((port) => port <= 65_535, '--port needs a number from 0 to 65535.')
    .default(0),
  account: z
    .array(
      z
        .string()
        .transform((text) => text.split(':'))
        .refine(
          ([email, plan, ...rest]) =>
            accountSeedSchema.safeParse({email, plan}).success && rest.length === 0,
          '--account needs email:plan, for example ada@example.com:plus.',
        ),
    )
    .refine(
      (accounts) => new Set(accounts.map(([email]) => email)).size === accounts.length,
      '--account names the same email twice.',
    )
    .default([['you@example.com', 'plus']]),
  'older-models': z
    .enum(['true', 'false'], '--older-models needs true or false: --older-models=false.')
    .default('true'),
})

/** Reads the arguments. */
export function parseCommand(args: readonly string[]): Command {
  const flags = readFlags(args)
  if (typeof flags === 'string') return invalid(flags)
  const parsed = flagsSchema.safeParse(flags)
  if (!parsed.success) return invalid(parsed.error.issues[0]?.message ?? '')
  const {account, help, port, 'older-models': olderModels, websocket} = parsed.data
  if (help) return {kind: 'help'}
  const accounts = account.map(([email = '', plan = 'plus']) => ({
    email,
    plan,
    olderModels: olderModels === 'true',
  }))
  return {kind: 'start', options: {port, accounts, ...(websocket && {webSocket: true})}}
}

/** What a simulator says when it has started. */
export function describeSimulator(simulator: Simulator): string {
  const {accounts, appApiUrl, backendUrl, url} = simulator
  const codexUrl = new URL('/backend-api/codex', url)
  const otherOrigin = url.origin.replace('127.0.0.1', 'localhost')
  const lines = accounts.map(({email, plan}) => `  ${email} (plan: ${plan})`)
  return `The Codex simulator listens at ${url.origin}. Stop it with Ctrl-C.

Accounts:
${lines.join('\n')}

Point OpenAI Codex Auth here with three environment variables. As a file simulator.env, programs of Node take
them in every shell: node --env-file=simulator.env dist/cao.js
  CODEX_AUTH_ISSUER_URL=${url.origin}
  CODEX_BACKEND_URL=${backendUrl.href}
  CODEX_APP_API_URL=${appApiUrl.href}

Point the official Codex CLI here, in the config.toml of a CODEX_HOME of its own:
  openai_base_url = "${codexUrl.href}"
  chatgpt_base_url = "${otherOrigin}/backend-api/"
  cli_auth_credentials_store = "file"
and log in with: codex login --device-auth --experimental_issuer ${url.origin}
`
}

function readFlags(args: readonly string[]): string | ReturnType<typeof parseFlags> {
  try {
    return parseFlags(args)
  } catch (error) {
    // The messages of `parseArgs` name the flag, and what it expected.
    return error instanceof Error ? error.message : String(error)
  }
}

function parseFlags(args: readonly string[]) {
  return parseArgs({args: [...args], options: OPTIONS, allowPositionals: false}).values
}

function invalid(reason: string): Command {
  return {kind: 'invalid', message: `${reason}\nSee npm run simulator -- --help.`}
}
