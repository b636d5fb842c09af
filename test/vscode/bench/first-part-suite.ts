/**
 * Asks as any extension does, and notes how long the first words were on their way.
 *
 * @module
 */
import {appendFileSync} from 'node:fs'
import {setTimeout as delay} from 'node:timers/promises'
import * as vscode from 'vscode'
import {lastRequest, logIn, selectModel} from '../suite/editor.ts'

const ROUNDS = 20

/** A word each 20 ms. */
const PROMPT = 'Tell me [simulator deltas=40 delay-ms=20]'

/** Reports milliseconds from the first delta that the simulator sent. */
export async function run(): Promise<void> {
  await logIn()
  const model = await selectModel('gpt-5.2')
  for (let round = 0; round < ROUNDS; round += 1) {
    const seenAtMs = await askForFirstWords(model)
    const {firstTextAtMs = NaN} = await lastRequest()
    appendFileSync(process.env['TEST_REPORT']!, `${seenAtMs - firstTextAtMs}\n`)
    await delay(50)
  }
}

/** @returns Milliseconds since the Unix epoch. */
async function askForFirstWords(model: vscode.LanguageModelChat): Promise<number> {
  const {text} = await model.sendRequest([vscode.LanguageModelChatMessage.User(PROMPT)])
  let seenAtMs = 0
  for await (const part of text) if (part !== '') seenAtMs ||= Date.now()
  return seenAtMs
}
