import {mkdirSync, statSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {expect, test} from 'vitest'
import {IpcInbox} from '../../../src/agent/host/ipc-inbox.ts'
import {makeTemporaryFolder} from '../../support/temporary-folder.ts'

test.each([
  ['nothing yet', '', undefined, ''],
  ['half an object', '{"type":"mess', undefined, '{"type":"mess'],
  ['an object', '{"type":"message"}\n', '{"type":"message"}\n', '{"type":"message"}\n'],
])('waits for the writer of %s, though not for long', async (_, text, atOnce, later) => {
  const base = makeTemporaryFolder()
  const place = path.join(base, 'dev/messages')
  mkdirSync(place, {recursive: true})
  writeFileSync(path.join(place, '1.json'), text)
  const writtenAtMs = statSync(path.join(place, '1.json')).mtimeMs
  const inbox = new IpcInbox(base)
  const [file] = await inbox.list('dev')
  if (!file) throw new Error('The file is not listed')

  expect(await inbox.read(file, writtenAtMs + 100)).toBe(atOnce)
  expect(await inbox.read(file, writtenAtMs + 2000)).toBe(later)
  // A clock that is wrong by hours makes nobody wait for hours.
  expect(await inbox.read(file, writtenAtMs - 7_200_000)).toBe(later)
})
