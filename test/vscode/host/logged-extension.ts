/**
 * The extension, with a file of all that it writes to its output channel, at every level. The editor of
 * the tests writes none: it has no native code.
 *
 * @module
 */
import {cp, readFile, writeFile} from 'node:fs/promises'
import path from 'node:path'

/** Name of the file, which is where the editor keeps the extension's logs. */
export const CHANNEL_FILE = 'output-channel.log'

/** Looks on as the extension writes. What is written before the activation is over is kept as well. */
function toScript(main: string): string {
  return `const {appendFileSync, mkdirSync} = require('node:fs')
const path = require('node:path')
const {inspect} = require('node:util')
const {window} = require('vscode')
const METHODS = ['trace', 'debug', 'info', 'warn', 'error', 'append', 'appendLine', 'replace']
const createOutputChannel = window.createOutputChannel
let file
window.createOutputChannel = (name, options) => {
  const channel = createOutputChannel(name, options)
  const watched = METHODS.filter((method) => channel[method]).map((method) => [method, {
    value(...values) {
      const texts = values.map((value) => typeof value === 'string' ? value : inspect(value))
      appendFileSync(file, [method, ...texts].join(' ') + String.fromCharCode(10))
      channel[method](...values)
    },
  }])
  return Object.create(channel, Object.fromEntries(watched))
}
const {activate} = require(${JSON.stringify(main)})
exports.activate = (context) => {
  const folder = context.logUri.fsPath
  mkdirSync(folder, {recursive: true})
  file = path.join(folder, ${JSON.stringify(CHANNEL_FILE)})
  return activate(context)
}
`
}

/** Writes it below `output`. @returns Its folder. */
export async function writeLogged(output: string): Promise<string> {
  const folder = path.join(output, 'logged')
  await cp('dist/vscode', folder, {recursive: true})
  const file = path.join(folder, 'package.json')
  const manifest = JSON.parse(await readFile(file, 'utf8')) as {readonly main: string}
  await writeFile(file, JSON.stringify({...manifest, main: './logged.js'}))
  await writeFile(path.join(folder, 'logged.js'), toScript(manifest.main))
  return folder
}
