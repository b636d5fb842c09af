import {execFile} from 'node:child_process'
import {promisify} from 'node:util'
import {expect, onTestFinished, test} from 'vitest'
import type {Block} from './support/processes/block-script.ts'
import {bundleFile} from './support/processes/child-script.ts'

/** The longest that one thing from outside may hold up a host, in milliseconds. */
const MOST_MS = 50

/** What the calibration takes on a machine that has nothing else to do, in milliseconds. */
const CALIBRATION_MS = 40

test('no text, schema or list from outside holds the host up', {timeout: 300_000}, async () => {
  const {file, remove} = await bundleFile(
    new URL('support/processes/block-script.ts', import.meta.url),
  )
  onTestFinished(remove)
  const {stdout} = await promisify(execFile)(process.execPath, [file])
  const [calibration, ...blocks] = JSON.parse(stdout) as readonly Block[]
  const slowness = Math.max(1, (calibration?.ms ?? 0) / CALIBRATION_MS)

  expect(blocks.length).toBeGreaterThan(20)
  expect(blocks.filter(({ms}) => ms / slowness > MOST_MS)).toEqual([])
})
