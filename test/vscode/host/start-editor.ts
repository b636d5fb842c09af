/**
 * The editor in a browser, with a fresh profile and the built extension.
 *
 * @module
 */
import {execFile, spawn} from 'node:child_process'
import {once} from 'node:events'
import {createWriteStream} from 'node:fs'
import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import {promisify} from 'node:util'
import {chromium, type BrowserContext, type Page} from 'playwright-core'
import {findFreePort} from '../../support/processes/find-free-port.ts'
import type {InstalledHost, InstalledServer} from './install-host.ts'

/** How an editor starts. */
export interface EditorOptions extends Omit<ServerOptions, 'isDriven'> {
  readonly host: InstalledHost
  /** Folder of the extension that is loaded as it is. Default: the built one, if none is installed. */
  readonly load?: string
}

/** How its server starts. */
export interface ServerOptions {
  readonly host: InstalledServer
  readonly environment: Readonly<Record<string, string>>
  readonly settings?: Readonly<Record<string, unknown>>
  /** A package to install. Default: the built folder is loaded as it is. */
  readonly install?: string
  /**
   * Whether windows can be told what to load, and to run a suite. The editor then shows no notifications.
   * Default: not.
   */
  readonly isDriven?: boolean
  /** How much is logged. Default: what the editor logs by itself. */
  readonly logLevel?: 'debug'
  /** Folder that is opened; by default one with a small file. */
  readonly files?: Readonly<Record<string, string>>
}

/** A running editor. */
export interface Editor {
  readonly context: BrowserContext
  /** Folder of the profile, the logs and the opened folder. */
  readonly folder: string
  /** Opens a window. `suite` is the module whose `run` is called in the extension host. */
  openWindow(options?: WindowOptions): Promise<EditorWindow>
  stop(): Promise<void>
}

/** What a window is for. */
export interface WindowOptions {
  /** A module whose `run` is called in the extension host. */
  readonly suite?: string
  /** Folder of the extension that is loaded as it is. Default: the editor's. */
  readonly load?: string | undefined
}

/** A window. */
export interface EditorWindow {
  readonly page: Page
  /** The exit code of the suite: 0 when `run` came to its end. */
  readonly exitCode: Promise<number>
}

const run = promisify(execFile)

const BROWSER_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** What is set in every profile. */
export const SETTINGS = {
  'workbench.startupEditor': 'none',
  // The port that a login opens for a moment is nobody's application.
  'remote.otherPortsAttributes': {onAutoForward: 'silent'},
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'workbench.colorTheme': 'Default Light Modern',
}

/** How long the window may need for what it is asked for, in milliseconds: other tests run at the same time. */
const PATIENCE_MS = 90_000

const EXTENSION = path.resolve('dist/vscode')

/** Starts the server and the browser. */
export async function startEditor(options: EditorOptions): Promise<Editor> {
  const server = await startServer({...options, isDriven: options.install === undefined})
  const {folder, port} = server
  const browser = await chromium.launch({
    executablePath: options.host.chromium,
    headless: true,
    args: BROWSER_ARGS,
  })
  const context = await browser.newContext({viewport: {width: 1400, height: 900}})
  context.setDefaultTimeout(PATIENCE_MS)
  return {
    context,
    folder,
    openWindow: (windowOptions) =>
      openWindow(context, {
        port,
        folder,
        load: options.load ?? (options.install === undefined ? EXTENSION : undefined),
        ...windowOptions,
      }),
    async stop() {
      await browser.close()
      await server.stop()
    },
  }
}

async function writeFiles(folder: string, {settings, files}: ServerOptions): Promise<void> {
  await mkdir(path.join(folder, 'data/User'), {recursive: true})
  await mkdir(path.join(folder, 'workspace'), {recursive: true})
  const all = JSON.stringify({...SETTINGS, ...settings})
  await writeFile(path.join(folder, 'data/User/settings.json'), all)
  for (const [name, text] of Object.entries(files ?? {'README.md': '# A small project\n'})) {
    await writeFile(path.join(folder, 'workspace', name), text)
  }
}

/** A running server. */
export interface EditorServer {
  readonly port: number
  /** Folder of the profile, the logs and the opened folder. */
  readonly folder: string
  stop(): Promise<void>
}

/** Starts the server, with a fresh profile. */
export async function startServer(options: ServerOptions): Promise<EditorServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'codex-vscode-'))
  const port = await findFreePort()
  await writeFiles(folder, options)
  const server = await launch(folder, port, options)
  return {
    port,
    folder,
    async stop() {
      server.kill()
      if (server.exitCode === null && server.signalCode === null) await once(server, 'exit')
      await rm(folder, {recursive: true, force: true, maxRetries: 5, retryDelay: 100})
    },
  }
}

async function launch(
  folder: string,
  port: number,
  {host, environment, install, isDriven = false, logLevel}: ServerOptions,
) {
  const data = path.join(folder, 'data')
  const folders = [`--user-data-dir=${data}`, `--extensions-dir=${path.join(data, 'extensions')}`]
  const env = {
    ...process.env,
    HOME: folder,
    XDG_DATA_HOME: data,
    XDG_CONFIG_HOME: data,
    ...environment,
  }
  if (install !== undefined) {
    await run(host.node, [host.codeServer, ...folders, '--install-extension', install], {env})
  }
  const log = createWriteStream(path.join(folder, 'server.log'))
  await once(log, 'open')
  const server = spawn(
    host.node,
    [
      host.codeServer,
      '--auth=none',
      `--bind-addr=127.0.0.1:${port}`,
      '--disable-telemetry',
      '--disable-update-check',
      '--disable-workspace-trust',
      ...folders,
      ...(isDriven ? ['--vscode-option=enable-smoke-test-driver'] : []),
      ...(logLevel === undefined ? [] : [`--log=${logLevel}`]),
    ],
    {env, stdio: ['ignore', log, log]},
  )
  for (let attempt = 0; attempt < 300; attempt += 1) {
    try {
      await fetch(`http://127.0.0.1:${port}/healthz`)
      return server
    } catch {
      await delay(100)
    }
  }
  throw new Error(
    `code-server did not start: ${await readFile(path.join(folder, 'server.log'), 'utf8')}`,
  )
}

async function openWindow(
  context: BrowserContext,
  {
    port,
    folder,
    load,
    suite,
  }: WindowOptions & {
    readonly port: number
    readonly folder: string
  },
): Promise<EditorWindow> {
  const page = await context.newPage()
  let finish: (code: number) => void
  const exitCode = new Promise<number>((resolve) => (finish = resolve))
  // What the editor calls at the end of a test run.
  await page.exposeFunction('codeAutomationLog', () => {})
  await page.exposeFunction('codeAutomationExit', (code: number) => finish(code))
  const authority = `127.0.0.1:${port}`
  const payload = [
    ...(load ? [['extensionDevelopmentPath', `vscode-remote://${authority}${load}`]] : []),
    ...(suite
      ? [['extensionTestsPath', `vscode-remote://${authority}${path.resolve(suite)}`]]
      : []),
  ]
  const url = new URL(`http://${authority}/`)
  url.searchParams.set('folder', path.join(folder, 'workspace'))
  url.searchParams.set('payload', JSON.stringify(payload))
  await page.goto(url.href)
  return {page, exitCode}
}
