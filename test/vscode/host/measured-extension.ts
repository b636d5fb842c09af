/**
 * The extension, with a note of what it costs to activate it.
 *
 * @module
 */
import {cp, readFile, writeFile} from 'node:fs/promises'
import path from 'node:path'

/** Counts all that the extension host does until the activation is over, so it is an upper bound. */
const MEASURED = `const {appendFileSync} = require('node:fs')
const before = process.cpuUsage()
const startedMs = performance.now()
const {activate} = require('./extension.js')
exports.activate = async (context) => {
  const result = await activate(context)
  const {user, system} = process.cpuUsage(before)
  const wall = performance.now() - startedMs
  const cpu = (user + system) / 1000
  const line = \`   activation: at most \${cpu.toFixed(1)} ms of CPU, \${wall.toFixed(1)} ms of time (target 50)\`
  appendFileSync(process.env.TEST_REPORT, line + String.fromCharCode(10))
  return result
}
`

/** Writes it below `output`. @returns Its folder. */
export async function writeMeasured(output: string): Promise<string> {
  const folder = path.join(output, 'measured')
  await cp('dist/vscode', folder, {recursive: true})
  const manifest = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as object
  await writeFile(
    path.join(folder, 'package.json'),
    JSON.stringify({...manifest, main: './measured.js'}),
  )
  await writeFile(path.join(folder, 'measured.js'), MEASURED)
  return folder
}
