/**
 * Tests inside the editor. The usual test runners do not run in its extension host.
 *
 * @module
 */
import {appendFileSync} from 'node:fs'
import {act} from './editor.ts'

/** One story. It fails when it throws. */
interface Story {
  readonly name: string
  readonly tell: () => Promise<void>
}

const stories: Story[] = []

/** The longest that one story may take, in milliseconds. */
const TIMEOUT_MS = 30_000

/** Adds a story. Stories are told in the order in which they were added, in one window. */
export function story(name: string, tell: () => Promise<void>): void {
  stories.push({name, tell})
}

/**
 * Tells all stories.
 *
 * @throws {Error} One of them failed.
 */
export async function tellStories(): Promise<void> {
  const failed: string[] = []
  for (const {name, tell} of stories) {
    const startedMs = Date.now()
    try {
      // oxlint-disable-next-line no-await-in-loop -- each goes on where the one before ended
      await Promise.race([tell(), failLate()])
      report(`ok ${name} (${Date.now() - startedMs} ms)`)
    } catch (error) {
      failed.push(name)
      const picture = `failed-${name.slice(0, 30).replaceAll(/\W+/g, '-')}`
      // oxlint-disable-next-line no-await-in-loop
      await act({do: 'picture', name: picture}).catch(() => {})
      report(`FAILED ${name}: ${error instanceof Error ? error.stack : String(error)}`)
    }
  }
  report(`${stories.length - failed.length} of ${stories.length} stories passed`)
  if (failed.length > 0) throw new Error(`Failed: ${failed.join(', ')}`)
}

/** Adds a line to the report of the run. */
export function report(line: string): void {
  appendFileSync(process.env['TEST_REPORT']!, `${line}\n`)
}

function failLate(): Promise<never> {
  return new Promise((_resolve, reject) => {
    setTimeout(() => reject(new Error(`not over after ${TIMEOUT_MS} ms`)), TIMEOUT_MS).unref()
  })
}
