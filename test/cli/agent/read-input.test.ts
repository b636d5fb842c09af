import {PassThrough} from 'node:stream'
import {expect, test} from 'vitest'
import {readInput} from '../../../src/cli/agent/read-input.ts'

/** Hosts end their input, or leave it open. */

const TIMES = {quietMs: 5, patienceMs: 60_000}

test('all of it, up to its end', async () => {
  const stream = new PassThrough()
  const read = readInput(stream, {...TIMES, quietMs: 60_000})
  stream.write('{"prompt":')
  stream.end('"hello"}')

  expect(await read).toBe('{"prompt":"hello"}')
})

test('a document that is whole, though its input is still open', async () => {
  const stream = new PassThrough()
  const read = readInput(stream, TIMES)
  stream.write('{"prompt":"hello {}"')
  // It ends as a document would, and is none yet.
  stream.write(', "secrets":{}')
  stream.write('}\n')

  expect(await read).toBe('{"prompt":"hello {}", "secrets":{}}\n')
  expect(stream.isPaused()).toBe(true)
})

test('what has come, where nothing whole ever does', async () => {
  const stream = new PassThrough()
  const read = readInput(stream, {quietMs: 1, patienceMs: 5})
  stream.write('{"prompt":')

  expect(await read).toBe('{"prompt":')
})

test('nothing where it is more than an agent takes', async () => {
  const stream = new PassThrough()
  const read = readInput(stream, TIMES)
  stream.end(Buffer.alloc(16 * 1024 * 1024 + 1, '1'))

  expect(await read).toBe('')
})
