/** Runs the example host: messages of the chat come and go as JSON lines. Its options are the first argument, and `CLOCK_AHEAD_MS` sets its clock. */
import {createInterface} from 'node:readline'
import process from 'node:process'
import {startExampleHost, type ExampleHostOptions} from './example-host.ts'

const options = JSON.parse(process.argv[2] ?? '') as Omit<ExampleHostOptions, 'chat' | 'env'>

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

const host = await startExampleHost({
  ...options,
  env: process.env,
  now: () => Date.now() + Number(process.env['CLOCK_AHEAD_MS'] ?? 0),
  chat: {send: async (chatJid, text) => say({chatJid, text})},
})
say({started: true})

async function answer(chatJid: string, text: string): Promise<void> {
  await host.receive(chatJid, text)
  await host.settled()
  say({done: text})
}

for await (const line of createInterface({input: process.stdin})) {
  const {chatJid, text} = JSON.parse(line) as {chatJid: string; text: string}
  void answer(chatJid, text)
}
await host.close()
