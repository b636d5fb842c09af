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
  readonly begin: () => Promise<void>
}

const stories: Story[] = []

/** How the stories that are added now begin. */
let begin = async () => {}

/** The longest that one story may take, in milliseconds. */
const TIMEOUT_MS = 180_000

/**
 * Begins a group: `prepare` makes what each of its stories needs, whatever the one before has left. It
 * is called often, so it should do nothing where nothing is to be done.
 */
export function group(prepare: () => Promise<void>): void {
  begin = prepare
}

/** Adds a story. Stories are told in the order in which they were added, in one window. */
export function story(name: string, tell: () => Promise<void>): void {
  stories.push({name, tell, begin})
}

/**
 * Tells the stories: all of them, or those whose name has the text in `TEST_STORIES`.
 *
 * @param tidyUp Called after a story that failed.
 * @throws {Error} One of them failed.
 */
export async function tellStories(tidyUp?: () => Promise<void>): Promise<void> {
  const wanted = stories.filter(({name}) => name.includes(process.env['TEST_STORIES'] ?? ''))
  const failed: string[] = []
  for (const one of wanted) {
    const {name} = one
    const startedMs = Date.now()
    try {
      await Promise.race([tellOne(one), failLate()])
      report(`ok ${name} (${Date.now() - startedMs} ms)`)
    } catch (error) {
      failed.push(name)
      report(`FAILED ${name}: ${toText(error)}`)
      const picture = `failed-${name.slice(0, 30).replaceAll(/\W+/g, '-')}`
      await act({do: 'picture', name: picture}).catch(() => {})
      await tidyUp?.().catch((failure: unknown) => report(`Not tidy: ${toText(failure)}`))
    }
  }
  report(`${wanted.length - failed.length} of ${wanted.length} stories passed`)
  if (failed.length > 0) throw new Error(`Failed: ${failed.join(', ')}`)
}

async function tellOne(one: Story): Promise<void> {
  await one.begin()
  await one.tell()
}

/** Adds a line to the report of the run. */
function report(line: string): void {
  appendFileSync(process.env['TEST_REPORT']!, `${line}\n`)
}

function toText(error: unknown): string {
  return error instanceof Error ? String(error.stack) : String(error)
}

function failLate(): Promise<never> {
  return new Promise((_resolve, reject) => {
    setTimeout(() => reject(new Error(`not over after ${TIMEOUT_MS} ms`)), TIMEOUT_MS).unref()
  })
}
