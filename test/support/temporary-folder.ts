import {mkdtempSync} from 'node:fs'
import {rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {onTestFinished, type TestContext} from 'vitest'

/**
 * A folder that is removed when the test ends.
 *
 * @param onFinished Of the test itself: tests that run side by side have no other way to tell them apart.
 */
export function makeTemporaryFolder(
  onFinished: TestContext['onTestFinished'] = onTestFinished,
): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'openai-codex-auth-'))
  onFinished(() => rm(folder, {recursive: true, maxRetries: 3}))
  return folder
}
