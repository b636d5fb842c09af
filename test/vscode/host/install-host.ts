/**
 * The editor that the extension is tested in, from the package registry, kept in `.cache`.
 *
 * @module
 */
import {execFile} from 'node:child_process'
import {existsSync} from 'node:fs'
import {mkdir, rm, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {promisify} from 'node:util'
import {toNodePackage} from '../../support/processes/node-package.ts'

const run = promisify(execFile)

const CODE_SERVER = '4.139.1'
const NODE = '24.21.0'

/** Where Debian has it. */
const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'

/** What the tests start. */
export interface InstalledHost extends InstalledServer {
  readonly chromium: string
}

/** The editor without a browser. */
export interface InstalledServer {
  readonly node: string
  readonly codeServer: string
}

/**
 * Installs what the tests need and is missing, and looks for the browser.
 *
 * @throws {Error} There is no Chromium; the message says how to get it.
 */
export async function installHost(): Promise<InstalledHost> {
  if (!existsSync(CHROMIUM)) {
    throw new Error(
      `There is no ${CHROMIUM}. Install it with: apt-get install -y --no-install-recommends chromium fonts-liberation\nAnother one can be named in CHROMIUM_PATH.`,
    )
  }
  return {...(await installServer()), chromium: CHROMIUM}
}

/**
 * Installs the editor if it is missing: some 700 MB in 20 seconds, once. Nothing is compiled, and no script
 * of a package runs.
 */
export async function installServer(): Promise<InstalledServer> {
  const folder = path.resolve(`.cache/code-server-${CODE_SERVER}-node-${NODE}`)
  const {name: nodePackage, program} = toNodePackage(process.platform, process.arch)
  // npm does not have that version for Macs: there, it is the Node that runs this, 22.15 or newer.
  const isMac = process.platform === 'darwin'
  const codeServer = path.join(folder, 'node_modules/code-server')
  const marker = path.join(folder, 'complete')
  if (!existsSync(marker)) {
    await rm(folder, {recursive: true, force: true})
    await mkdir(folder, {recursive: true})
    await writeFile(path.join(folder, 'package.json'), '{"private": true}')
    const packages = [`${nodePackage}@${NODE}`, `code-server@${CODE_SERVER}`]
    await npmInstall(folder, ['--save-exact', ...(isMac ? packages.slice(1) : packages)])
    // The editor inside has a list of its own. What is native among it is left out, and not missed.
    await npmInstall(path.join(codeServer, 'lib/vscode'), ['--omit=dev', '--omit=optional'])
    await writeFile(marker, '')
  }
  return {
    node: isMac ? process.execPath : path.join(folder, 'node_modules', nodePackage, program),
    codeServer: path.join(codeServer, 'out/node/entry.js'),
  }
}

async function npmInstall(folder: string, args: readonly string[]): Promise<void> {
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...args], {
    cwd: folder,
    maxBuffer: 64 * 1024 * 1024,
  })
}
