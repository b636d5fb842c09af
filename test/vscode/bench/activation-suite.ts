/**
 * Activates the extension in an editor that has nothing else to do.
 *
 * @module
 */
import assert from 'node:assert/strict'
import {appendFileSync} from 'node:fs'
import {setTimeout as delay} from 'node:timers/promises'
import * as vscode from 'vscode'

/** How long the editor needs until its own extensions have started, in milliseconds. */
const STARTING_MS = 3000

/** How long after the activation something may go on in the background, in milliseconds. */
const SETTLING_MS = 500

/** Reports the processor time of the whole process, in milliseconds. */
export async function run(): Promise<void> {
  const extension = vscode.extensions.getExtension('openai-codex-auth.openai-codex-auth')
  assert.ok(extension)
  await delay(STARTING_MS)
  assert.equal(extension.isActive, false)
  const before = process.cpuUsage()
  await extension.activate()
  await delay(SETTLING_MS)
  const {user, system} = process.cpuUsage(before)
  appendFileSync(process.env['TEST_REPORT']!, String((user + system) / 1000))
}
