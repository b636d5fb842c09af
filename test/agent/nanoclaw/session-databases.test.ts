import {execFile} from 'node:child_process'
import {promisify} from 'node:util'
import {expect, test} from 'vitest'
import {WATCH_NODE} from '../../support/agent/agent-host.ts'
import {bundleFile} from '../../support/processes/child-script.ts'
import {installNode} from '../../support/processes/install-node.ts'
import {makeTemporaryFolder} from '../../support/temporary-folder.ts'

/** What an agent asks of its host, as rows of the two databases of a session. It runs in a Node that has SQLite. */

test('requests become rows with odd numbers, in the words of the host, and its answer is found', async () => {
  const node = await installNode(WATCH_NODE)
  const script = await bundleFile(new URL('../../support/agent/session-script.ts', import.meta.url))

  const {stdout} = await promisify(execFile)(node, [script.file, makeTemporaryFolder()])
  await script.remove()

  const place = {platform_id: '2@g.us', channel_type: 'whatsapp', thread_id: null}
  const task = {
    action: 'schedule_task',
    prompt: 'news',
    script: null,
    platformId: '2@g.us',
    channelType: 'whatsapp',
    threadId: null,
  }
  expect(JSON.parse(stdout)).toMatchObject({
    before: null,
    after: {ok: true},
    refused: expect.stringContaining('This host knows no such interval.') as string,
    // How they are written is for the host to say: they are in a mount.
    journals: [{journal_mode: 'delete'}, {journal_mode: 'delete'}],
    rows: [
      {seq: 7, kind: 'chat', ...place, content: {text: 'It is "done".'}},
      {
        seq: 9,
        kind: 'system',
        ...place,
        content: {...task, processAfter: '2026-12-01T08:00:00.000Z', recurrence: '0 9 * * 1-5'},
      },
      {seq: 11, content: {...task, processAfter: '2026-12-24T17:00:00.000Z', recurrence: null}},
      {
        seq: 13,
        content: {...task, processAfter: '2026-11-30T13:15:00.000Z', recurrence: '*/15 * * * *'},
      },
      {seq: 15, content: {action: 'cancel_task', taskId: 't1'}},
    ],
  })
}, 240_000)
