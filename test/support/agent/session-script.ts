/** The two databases of a session, as their host documents them, and what a channel does with them. Prints what came of it. */
import path from 'node:path'
import process from 'node:process'
import {createSessionChannel, openDatabase} from '../../../src/agent.ts'

const INBOUND = `
CREATE TABLE messages_in (id TEXT PRIMARY KEY, seq INTEGER UNIQUE, kind TEXT NOT NULL, timestamp TEXT NOT NULL, content TEXT NOT NULL);
CREATE TABLE delivered (message_out_id TEXT PRIMARY KEY, platform_message_id TEXT, status TEXT NOT NULL, delivered_at TEXT NOT NULL);
CREATE TABLE session_routing (id INTEGER PRIMARY KEY CHECK (id = 1), channel_type TEXT, platform_id TEXT, thread_id TEXT);
INSERT INTO session_routing VALUES (1, 'whatsapp', '2@g.us', NULL);
INSERT INTO messages_in VALUES ('in-1', 2, 'chat', '2026-11-30T13:00:00Z', '{}'), ('in-2', 6, 'chat', '2026-11-30T13:00:00Z', '{}');`
const OUTBOUND = `
CREATE TABLE messages_out (id TEXT PRIMARY KEY, seq INTEGER UNIQUE, in_reply_to TEXT, timestamp TEXT NOT NULL, deliver_after TEXT,
  recurrence TEXT, kind TEXT NOT NULL, platform_id TEXT, channel_type TEXT, thread_id TEXT, content TEXT NOT NULL);`

const [folder = ''] = process.argv.slice(2)
const isAsItIs = true
const inbound = await openDatabase(path.join(folder, 'inbound.db'), {isAsItIs})
const outbound = await openDatabase(path.join(folder, 'outbound.db'), {isAsItIs})
inbound.exec(`PRAGMA journal_mode = DELETE; ${INBOUND}`)
outbound.exec(`PRAGMA journal_mode = DELETE; ${OUTBOUND}`)

const channel = await createSessionChannel({
  folder,
  now: () => Date.UTC(2026, 10, 30, 13, 10),
  timeZone: 'Europe/Madrid',
})
const message = {type: 'message', chatJid: 'ignored', text: 'It is "done".'}
const plan = (schedule_type: string, schedule_value: string) => ({
  type: 'schedule_task',
  groupFolder: 'dev',
  prompt: 'news',
  schedule_type,
  schedule_value,
})
const sent = await channel.send('messages', message)
const before = await channel.reply(sent)
const requests = [
  plan('cron', '0 9 * * 1-5'),
  plan('once', '2026-12-24T18:00:00'),
  plan('interval', '900000'),
  {type: 'cancel_task', taskId: 't1'},
]
for (const request of requests) await channel.send('tasks', request)
const refused = await channel.send('tasks', plan('interval', '420000')).catch(String)
inbound.exec(`INSERT INTO delivered VALUES ('${sent}', 'x', 'delivered', '2026-11-30T13:10:01Z')`)
const after = await channel.reply(sent)
const rows = outbound.prepare('SELECT * FROM messages_out ORDER BY seq').all() as {
  content: string
}[]
const journals = [inbound, outbound].map((one) => one.prepare('PRAGMA journal_mode').all()[0])
channel.close()
const told = {before: before ?? null, after, refused, journals}
const parsed = rows.map((row) => ({...row, content: JSON.parse(row.content) as unknown}))
process.stdout.write(JSON.stringify({...told, rows: parsed}))
