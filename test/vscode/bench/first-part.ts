/**
 * How soon an extension that asks for a model has the first words.
 *
 * @module
 */
import {readFile, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {median} from '../../bench/median.ts'
import {OUTPUT} from '../host/user.ts'
import {startStage} from '../host/start-stage.ts'
import {toSpread, type EditorMeasurement} from './measurement.ts'

/** Asks in the extension host, and appends one line for each answer to `TEST_REPORT`. */
const SUITE = 'build/vscode-suite/first-part.cjs'

export const firstPart: EditorMeasurement = {
  name: 'first words through vscode.lm after the first delta was sent',
  target: 20,
  async measure(host) {
    const report = path.resolve(OUTPUT, 'first-part.txt')
    await writeFile(report, '')
    const {editor, user, close} = await startStage({host, environment: {TEST_REPORT: report}})
    try {
      const {exitCode, page} = await editor.openWindow({suite: SUITE})
      user.sitDown(editor.context, page)
      if ((await exitCode) !== 0) throw new Error('A question was not answered')
    } finally {
      await close()
    }
    const milliseconds = (await readFile(report, 'utf8')).trim().split('\n').map(Number)
    return {value: median(milliseconds), unit: 'ms', detail: toSpread(milliseconds)}
  },
}
