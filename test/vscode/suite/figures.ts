import {copyFileSync, mkdtempSync, rmSync} from 'node:fs'
import {createRequire} from 'node:module'
import {tmpdir} from 'node:os'
import path from 'node:path'
import * as vscode from 'vscode'
import {logIn, selectModel} from './editor.ts'
import {report, story} from './story.ts'

const ROUNDS = 20

function medianOf(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]!
}

story('figure: loading the extension again costs little of the extension host', async () => {
  const extension = vscode.extensions.getExtension('openai-codex-auth.openai-codex-auth')!
  const milliseconds = Array.from({length: ROUNDS}, () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'extension-'))
    const copy = path.join(folder, 'extension.cjs')
    copyFileSync(path.join(extension.extensionPath, 'extension.js'), copy)
    const before = process.cpuUsage()
    createRequire(__filename)(copy)
    const {user, system} = process.cpuUsage(before)
    rmSync(folder, {recursive: true})
    return (user + system) / 1000
  })
  report(`   loading: ${medianOf(milliseconds).toFixed(1)} ms of CPU (median of ${ROUNDS})`)
})

/** How long it takes until `stream` brings something, in milliseconds. */
async function timeToFirst(start: () => Promise<AsyncIterable<unknown>>): Promise<number> {
  const startedMs = performance.now()
  let firstMs = 0
  for await (const part of await start()) if (part) firstMs ||= performance.now() - startedMs
  return firstMs
}

story('figure: the first part of an answer', async () => {
  await logIn()
  const model = await selectModel('gpt-5.2')
  const messages = [vscode.LanguageModelChatMessage.User('hello')]
  const inEditor: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other, undisturbed
    inEditor.push(await timeToFirst(async () => (await model.sendRequest(messages)).stream))
  }
  report(`   first part through the editor: ${medianOf(inEditor).toFixed(1)} ms after the question`)
  await vscode.commands.executeCommand('openaiCodex.logOut')
})
