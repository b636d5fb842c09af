/** A request goes down from file to file, once through each, and the list in the documentation is what runs. */
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {expect, test} from 'vitest'
import type {FetchFunction} from '../../src/http/fetch.ts'
import {createRequestFunction} from '../../src/engine/create-request-function.ts'
import {createBackend} from '../support/engine/create-backend.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
const BODY = {model: 'gpt-5.2', input: 'Hi', stream: true}
const COMPLETED = 'data: {"type":"response.completed","response":{"id":"resp_1","output":[]}}\n\n'

/** More than a request takes. */
const MAX_FRAMES = 200

/** The source files on the stack, from the outermost to the innermost, also behind what was awaited. */
function filesOnStack(): string[] {
  const before = Error.stackTraceLimit
  Error.stackTraceLimit = MAX_FRAMES
  const {stack = ''} = new Error('Here')
  Error.stackTraceLimit = before
  const files = [...stack.matchAll(/\/src\/([^\s:)?]+\.ts)/g)].map(([, file]) => file!)
  return files.toReversed().filter((file, index, all) => file !== all[index - 1])
}

/** The files that a request passes, from the host's `fetch` to the backend's. */
async function walk(endpoint: string, body: object): Promise<readonly string[]> {
  let files: readonly string[] = []
  const fetch: FetchFunction = async () => {
    files = filesOnStack()
    return new Response(COMPLETED)
  }
  const {fetch: ask} = createRequestFunction(
    {openBackend: async () => createBackend(fetch)},
    {listModels: () => []},
  )
  const init = {method: 'POST', body: JSON.stringify(body)}
  const response = await ask(`https://backend.example/${endpoint}`, init)
  await response.text()
  return files
}

/** The links of the numbered list that says how a request travels. */
function readList(): readonly string[] {
  const text = readFileSync(path.join(ROOT, 'docs/architecture.md'), 'utf8')
  const [, section = ''] = /^## How a request travels\n([^]*?)^## /m.exec(text) ?? []
  const steps = section.matchAll(/^\d+\. \[[^\]]+\]\(\.\.\/src\/([^)]+)\)/gm)
  return [...steps].map(([, file]) => file!)
}

const MESSAGES = {...BODY, messages: [{role: 'user', content: 'Hi'}]}
const IMAGE = {prompt: 'A cat'}

test('a request takes the way that the documentation says', async () => {
  expect(await walk('responses', BODY)).toEqual(readList())
})

test.each([
  ['responses', BODY],
  ['chat/completions', MESSAGES],
  ['images/generations', IMAGE],
])('a request for %s takes at most ten files, and comes back to none', async (endpoint, body) => {
  const files = await walk(endpoint, body)

  expect(files.at(0)).toBe('engine/create-request-function.ts')
  expect(files.at(-1)).toBe('responses/transport/http/post-as-account.ts')
  expect(files.length).toBeLessThanOrEqual(10)
  expect([...new Set(files)]).toEqual(files)
})
