import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import {stripVTControlCharacters} from 'node:util'
import {onTestFinished} from 'vitest'
import type {Simulator} from '../../../src/simulator/start-simulator.ts'
import {buildAuthFile, buildLogin, type LoginOptions} from '../accounts/build-login.ts'
import {findProcesses} from '../processes/find-processes.ts'
import {makeTemporaryFolder} from '../temporary-folder.ts'
import {writeWhole} from '../write-whole.ts'
import {callCao} from './call-cao.ts'

const CAO = path.resolve(import.meta.dirname, '../../../dist/cao.js')

/** Nothing listens there, so a question to the outside fails at once. */
const NOWHERE = 'http://127.0.0.1:9'

/** The settings of the Codex CLI in the folder of an account, as `cao` writes them. */
const CONFIG = `# Codex config for this account
cli_auth_credentials_store = "file"
forced_login_method = "chatgpt"
`

/** What a run of the command came to. */
export interface CaoResult {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** A run that has not ended. */
export interface CaoRun {
  readonly pid: number
  /** Waits for something in its output, without colours; the first group, or all of it. */
  find(pattern: RegExp): Promise<string>
  write(text: string): void
  /** Writes, and ends standard input. */
  end(text: string): void
  kill(signal: NodeJS.Signals): void
  onOutput(listener: (text: string) => void): void
  readonly result: Promise<CaoResult>
}

/** How the command is run. */
export interface CaoRunOptions {
  /** The program that runs it. Default: the Node of the tests. */
  readonly node?: string
  readonly env?: NodeJS.ProcessEnv
  /** What is on standard input, and then its end. Default: nothing. */
  readonly input?: string
  /** A command that runs it, with limits for example. Default: none. */
  readonly under?: readonly string[]
  /** Leaves standard input open. */
  readonly isOpen?: boolean
}

/** A home folder with nothing in it, and the command in it. */
export interface CaoHome {
  readonly home: string
  /** The folder of the accounts. */
  readonly base: string
  run(args: readonly string[], options?: CaoRunOptions): Promise<CaoResult>
  /**
   * Runs the command in the process of the test, which costs little: for what a command says and does, where nothing
   * is started and no signal, terminal or working directory is part of it.
   */
  call(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<CaoResult>
  start(args: readonly string[], options?: CaoRunOptions): CaoRun
  /** Runs another program, with the home folder and the endpoints of the command. */
  runProgram(command: readonly string[], options?: CaoRunOptions): Promise<CaoResult>
  /** Runs the command on a terminal of its own. */
  startOnTerminal(args: readonly string[], options?: CaoRunOptions): CaoRun
  /** Adds accounts without a login, as `cao add <name> --no-login` does, but without a start of the command. */
  addAccounts(...names: readonly string[]): void
  /** Puts a login into the folder of an account. */
  writeLogin(name: string, login: LoginOptions): void
  /** Logs in to the simulator, into the folder of an account. */
  logIn(name: string, email: string, options?: {readonly expiresInSeconds?: number}): Promise<void>
  /** The same by "Sign in with ChatGPT". */
  logInAsApp(name: string, email: string): Promise<void>
  /** The content of a file in the folder of the accounts. */
  readJson(file: string): unknown
  /** A program that stands in for the Codex CLI: a script for `sh`. */
  writeCodex(script: string): string
}

/**
 * Makes a home folder, with a simulator where there is one. When the test ends, also when it fails, what runs in the
 * background over its accounts is ended, and the folder is removed.
 */
export function makeCaoHome(simulator?: Simulator): CaoHome {
  const home = makeTemporaryFolder()
  const base = path.join(home, '.codex-account-orchestrator')
  onTestFinished(() => {
    for (const {pid} of findProcesses(`--data-dir ${base} `)) process.kill(pid, 'SIGKILL')
  })
  const environment = {
    PATH: process.env['PATH'],
    HOME: home,
    CODEX_AUTH_ISSUER_URL: simulator?.issuer.href ?? NOWHERE,
    CODEX_BACKEND_URL: simulator?.backendUrl.href ?? NOWHERE,
    CODEX_APP_API_URL: simulator?.appApiUrl.href ?? NOWHERE,
  }
  const start = (command: readonly string[], options: CaoRunOptions = {}) =>
    follow(command, {...options, env: {...environment, ...options.env}, cwd: home})
  const startCao = (args: readonly string[], options?: CaoRunOptions) =>
    start(
      [...(options?.under ?? []), options?.node ?? process.execPath, CAO, ...toPatient(args)],
      options,
    )
  return {
    home,
    base,
    start: startCao,
    run: (args, options) => startCao(args, options).result,
    runProgram: (command, options) => start(command, options).result,
    call: (args, env) => callCao(toPatient(args), {env: {...environment, ...env}, userHome: home}),
    startOnTerminal(args, options) {
      const command = [process.execPath, CAO, ...args].map(quote).join(' ')
      const sized = `stty rows 30 cols 100; ${command}`
      const run = start(['script', '-qec', sized, '/dev/null'], {isOpen: true, ...options})
      // Programs that draw ask a terminal where its cursor is.
      run.onOutput((text) => {
        if (text.includes('\u001B[6n')) run.write('\u001B[1;1R')
      })
      return run
    },
    addAccounts(...names) {
      for (const name of names) {
        mkdirSync(path.join(base, name), {recursive: true, mode: 0o700})
        writeFileSync(path.join(base, name, 'config.toml'), CONFIG, {mode: 0o600})
      }
      const file = path.join(base, 'registry.json')
      const text = existsSync(file) ? readFileSync(file, 'utf8') : '{"accounts":[]}'
      const before = JSON.parse(text) as {accounts: readonly string[]; default_account?: string}
      const accounts = [...before.accounts, ...names]
      const registry = {default_account: before.default_account ?? names[0], accounts}
      writeWhole(file, JSON.stringify(registry))
    },
    writeLogin(name, login) {
      mkdirSync(path.join(base, name), {recursive: true})
      const text = buildAuthFile(buildLogin(login), {accountId: login.workspace ?? 'team'})
      writeWhole(path.join(base, name, 'auth.json'), text)
    },
    async logIn(name, email, options) {
      if (!simulator) throw new Error('There is no simulator to log in to')
      const {id_token, access_token, refresh_token} = await simulator.issueTokens(email, options)
      const account = simulator.accounts.find((one) => one.email === email)
      const auth = {
        auth_mode: 'chatgpt',
        OPENAI_API_KEY: null,
        tokens: {id_token, access_token, refresh_token, account_id: account?.accountId},
        last_refresh: new Date().toISOString(),
      }
      mkdirSync(path.join(base, name), {recursive: true})
      writeWhole(path.join(base, name, 'auth.json'), JSON.stringify(auth))
    },
    async logInAsApp(name, email) {
      if (!simulator) throw new Error('There is no simulator to log in to')
      const {client_id, ...tokens} = await simulator.issueAppTokens(email)
      const auth = {auth_mode: 'chatgpt_app', chatgpt_app: {client_id}, tokens}
      mkdirSync(path.join(base, name), {recursive: true})
      writeWhole(path.join(base, name, 'auth.json'), JSON.stringify(auth))
    },
    readJson: (file) => JSON.parse(readFileSync(path.join(base, file), 'utf8')) as unknown,
    writeCodex(script) {
      const file = path.join(home, 'fake-codex')
      writeFileSync(file, `#!/bin/sh\n${script}\n`)
      chmodSync(file, 0o755)
      return file
    },
  }
}

/** On a busy machine, answers take longer than a user would wait. */
function toPatient(args: readonly string[]): readonly string[] {
  const isBound = args[0] !== 'status' || args.includes('--offline') || args.includes('--timeout')
  return isBound ? args : [...args, '--timeout', '60']
}

interface FollowOptions extends CaoRunOptions {
  readonly cwd: string
}

function follow(
  [command = '', ...args]: readonly string[],
  {cwd, env, input = '', isOpen = false}: FollowOptions,
): CaoRun {
  const child = spawn(command, args, {cwd, env})
  onTestFinished(() => void child.kill('SIGKILL'))
  const output = {stdout: '', stderr: ''}
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text
    })
  }
  for (const stream of [child.stdout, child.stderr]) stream.setMaxListeners(0)
  child.stdin.on('error', () => undefined)
  if (input !== '') child.stdin.write(input)
  if (!isOpen) child.stdin.end()
  const ended = once(child, 'close')
  return {
    pid: child.pid ?? 0,
    onOutput: (listener) => void child.stdout.on('data', listener),
    write: (text) => void child.stdin.write(text),
    end: (text) => void child.stdin.end(text),
    kill: (signal) => void child.kill(signal),
    async find(pattern) {
      for (;;) {
        const found = pattern.exec(stripVTControlCharacters(output.stdout + output.stderr))
        if (found) return found[1] ?? found[0]
        const isMore = Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data')])
        const hasEnded = await Promise.race([isMore.then(() => false), ended.then(() => true)])
        if (hasEnded)
          throw new Error(
            `cao ended with ${child.exitCode}, ${child.signalCode}: ${output.stdout}${output.stderr}`,
          )
      }
    },
    result: ended.then(() => ({code: child.exitCode, signal: child.signalCode, ...output})),
  }
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
