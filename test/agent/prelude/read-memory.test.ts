import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {expect, test} from 'vitest'
import {buildPrelude} from '../../../src/agent/prelude/build-prelude.ts'
import {readMemory} from '../../../src/agent/prelude/read-memory.ts'
import {makeTemporaryFolder} from '../../support/temporary-folder.ts'

function makeFolder(files: Readonly<Record<string, string>>): string {
  const folder = path.join(makeTemporaryFolder(), 'group')
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), {recursive: true})
    writeFileSync(path.join(folder, name), text)
  }
  return folder
}

test('memory is followed through its imports, once each, and not out of the folder', async () => {
  const folder = makeFolder({
    'CLAUDE.md':
      'Top. @notes/a.md and ada@example.md\n`@code.md`\n@AGENTS.md @../secret.md @gone.md @link.md',
    'CLAUDE.local.md': 'Local.',
    'notes/a.md': 'A. @b.md',
    'notes/b.md': 'B. @a.md @../CLAUDE.md',
    'AGENTS.md': 'The CLI reads this by itself.',
    'code.md': 'An example.',
    'example.md': 'An address.',
    '../secret.md': 'secret',
  })
  symlinkSync('../secret.md', path.join(folder, 'link.md'))

  const memories = await readMemory(folder)

  expect(memories.map(({name}) => name)).toEqual([
    'CLAUDE.md',
    'notes/a.md',
    'notes/b.md',
    'CLAUDE.local.md',
  ])
})

test('memory that is too long is cut, and says so', async () => {
  const [memory] = await readMemory(makeFolder({'CLAUDE.md': 'x'.repeat(100_000)}))
  expect(memory?.text.length).toBe(65_536)
  expect(memory?.text.endsWith('\n[the rest is left out: too long]')).toBe(true)
  expect(await readMemory('/nowhere')).toEqual([])
})

const PRELUDE = {
  groupFolder: 'dev-team',
  chatJid: '1@g.us',
  isMain: false,
  isScheduledTask: false,
  ipcFolder: '/workspace/ipc',
  canWriteFiles: true,
  command: 'cao agent ipc',
  timeZone: 'Europe/Madrid',
  nowMs: Date.UTC(2026, 10, 30, 13, 10),
  memories: [{name: 'CLAUDE.md (this group)', text: 'We like tea.'}],
}

test('the prelude says who, where and when, and how to reach the chat', () => {
  const text = buildPrelude(PRELUDE)
  for (const part of [
    'You are Andy,',
    'Chat: 1@g.us. Group: dev-team.',
    'It is 2026-11-30 14:10 in Europe/Madrid.',
    'cao agent ipc send "It is done."',
    '{"type":"message","chatJid":"1@g.us","text":"It is done.","groupFolder":"dev-team"}',
    '"schedule_type":"cron","schedule_value":"0 9 * * 1-5"',
    'only the tasks of this group',
    '# Memory: CLAUDE.md (this group)\nWe like tea.',
  ]) {
    expect(text).toContain(part)
  }
  expect(text).not.toContain('SCHEDULED TASK')
})

test('the prelude promises nothing that the policy does not allow', () => {
  const text = buildPrelude({...PRELUDE, canWriteFiles: false, isScheduledTask: true, isMain: true})
  expect(text).toContain('You may only read here.')
  expect(text).toContain('[SCHEDULED TASK]')
  expect(text).toContain('the main chat')
  expect(text).not.toContain('/messages/')
})
