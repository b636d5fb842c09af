/**
 * The figures of the extension, in a real editor: `npm run bench:vscode`.
 *
 * @module
 */
import {mkdir} from 'node:fs/promises'
import process from 'node:process'
import {formatHeading, formatLine} from '../../bench/format-line.ts'
import {installHost} from '../host/install-host.ts'
import {runWithLoopbackOnly} from '../host/loopback-only.ts'
import {OUTPUT} from '../host/user.ts'
import {activation} from './activation.ts'
import {firstPart} from './first-part.ts'
import {firstToken} from './first-token.ts'

await mkdir(OUTPUT, {recursive: true})
const host = await installHost()
const codeWithout = await runWithLoopbackOnly()
if (codeWithout !== undefined) process.exit(codeWithout)
console.log(formatHeading('VS Code'))
for (const measurement of [activation, firstPart, firstToken]) {
  const figure = await measurement.measure(host)
  console.log(formatLine(measurement, figure))
  if (figure.value > measurement.target) process.exitCode = 1
}
