import {existsSync} from 'node:fs'
import path from 'node:path'
import {PassThrough} from 'node:stream'
import {expect, test} from 'vitest'
import {watchAgents} from '../../../src/cli/agent/watch-agents.ts'
import {makeTemporaryFolder} from '../../support/temporary-folder.ts'

/** What `cao agent watch` refuses before it begins. */

test('a time zone that is none', async () => {
  const data = path.join(makeTemporaryFolder(), 'data')
  const said: string[] = []
  const code = await watchAgents(
    {
      env: {},
      now: () => 0,
      fetch: globalThis.fetch,
      stdin: new PassThrough(),
      stdout: new PassThrough(),
      out: () => {},
      err: (line) => said.push(line),
    },
    {data, groupsDir: 'groups', engine: 'docker', codex: 'codex', timeZone: 'Mars/Olympus'},
    [],
  )

  expect(code).toBe(1)
  expect(said).toEqual([
    'Error: There is no time zone “Mars/Olympus”. Name one like Europe/Madrid with --time-zone.',
  ])
  expect(existsSync(data)).toBe(false)
})
