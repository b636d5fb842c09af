/**
 * What it costs to activate the extension.
 *
 * @module
 */
import {cp, mkdir, readFile, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {measureInTurn} from '../../bench/median.ts'
import {OUTPUT} from '../host/user.ts'
import {startEditor, type Editor} from '../host/start-editor.ts'
import type {EditorMeasurement} from './measurement.ts'

const ROUNDS = 8

/** Run in the extension host; it appends the processor time to `TEST_REPORT`. */
const SUITE = 'build/vscode-suite/activation.cjs'

export const activation: EditorMeasurement = {
  name: 'activation, CPU of the extension host beyond an empty extension',
  target: 50,
  async measure(host) {
    const report = path.resolve(OUTPUT, 'activation.txt')
    const {built, empty} = await writeExtensions(path.resolve(OUTPUT))
    const environment = {TEST_REPORT: report}
    const editor = await startEditor({host, environment})
    try {
      const rounds = {rounds: ROUNDS, warmUpRounds: 1}
      const {plain, plugin} = await measureInTurn(rounds, {
        plain: () => activate(empty, {editor, report}),
        plugin: () => activate(built, {editor, report}),
      })
      const detail = `${plugin.toFixed(1)} and ${plain.toFixed(1)} ms, medians of ${ROUNDS} windows`
      return {value: plugin - plain, unit: 'ms', detail}
    } finally {
      await editor.stop()
    }
  },
}

/** @returns Milliseconds of processor time. */
async function activate(
  load: string,
  {editor, report}: {readonly editor: Editor; readonly report: string},
): Promise<number> {
  await writeFile(report, '')
  const {exitCode, page} = await editor.openWindow({suite: SUITE, load})
  if ((await exitCode) !== 0) throw new Error(`${load} was not activated`)
  await page.close()
  return Number(await readFile(report, 'utf8'))
}

/** The built extension and an empty one, which both wait until they are told to start. */
async function writeExtensions(output: string): Promise<{built: string; empty: string}> {
  const built = path.join(output, 'built')
  const empty = path.join(output, 'empty')
  await cp('dist/vscode', built, {recursive: true})
  await mkdir(empty, {recursive: true})
  await writeFile(path.join(empty, 'extension.js'), 'exports.activate = () => {}\n')
  const text = await readFile('dist/vscode/package.json', 'utf8')
  const manifest = {...(JSON.parse(text) as object), activationEvents: []}
  await writeFile(path.join(built, 'package.json'), JSON.stringify(manifest))
  const bare = JSON.stringify({...manifest, contributes: {}})
  await writeFile(path.join(empty, 'package.json'), bare)
  return {built, empty}
}
