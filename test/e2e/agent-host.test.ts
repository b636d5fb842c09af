import {rmSync} from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import {beforeAll, expect, onTestFinished, test} from 'vitest'
import {startSimulator, type Simulator} from '../../src/simulator/start-simulator.ts'
import {
  CODEX_CHAT,
  findChildren,
  logInByCode,
  logInExample,
  MAIN_CHAT,
  makeExampleFolders,
  startExampleHost,
} from '../support/agent/start-example-host.ts'
import {CAN_MOUNT} from '../support/agent/namespace-engine.ts'
import {installCodexCli} from '../support/cao/codex-cli.ts'
import {eventually} from '../support/eventually.ts'

/** The example host with two groups side by side, one for each provider, and everything that goes wrong for the one with Codex. */

beforeAll(installCodexCli, 240_000)

const EMAIL = 'you@example.com'

async function start(options: Parameters<typeof startSimulator>[0] = {}): Promise<Simulator> {
  const simulator = await startSimulator(options)
  onTestFinished(() => simulator.close())
  return simulator
}

test('two groups side by side, and one message for everything that goes wrong', async () => {
  const simulator = await start({deviceIntervalSeconds: 1})
  const folders = makeExampleFolders(simulator)
  await logInByCode(folders, simulator)
  const host = await startExampleHost(folders)

  // Both at once: the group without a provider gets the program that was there before.
  const [claude, codex] = await Promise.all([
    host.ask(MAIN_CHAT, 'hello main'),
    host.ask(CODEX_CHAT, 'hello dev'),
  ])
  expect(claude).toContainEqual({chatJid: MAIN_CHAT, text: 'claude: hello main'})
  const answer = [...claude, ...codex].find(({chatJid}) => chatJid === CODEX_CHAT)
  expect(answer?.text).toContain('hello dev')

  // A killed run: one message, and the next one is answered, in a new conversation, because the old one has no file any more.
  rmSync(path.join(folders.codexHome, 'sessions'), {recursive: true})
  const killed = host.ask(CODEX_CHAT, 'count [simulator deltas=1000 delay-ms=200]')
  await eventually(() =>
    expect(JSON.stringify(simulator.requests.at(-1))).toContain('delay-ms=200'),
  )
  const [run = 0] = findChildren(host.pid)
  process.kill(run, 'SIGKILL')
  expect(await killed).toEqual([
    {
      chatJid: CODEX_CHAT,
      text: 'The agent ended by the signal SIGKILL before it had an answer. Ask again.',
    },
  ])

  simulator.changeAccount(EMAIL, {primary: {usedPercent: 100, resetAfterSeconds: 3600}})
  const full = await host.ask(CODEX_CHAT, 'are you there?')
  const again = await host.ask(CODEX_CHAT, 'are you there now?')
  expect(full).toEqual([{chatJid: CODEX_CHAT, text: expect.any(String) as string}])
  expect(full[0]?.text).toMatch(
    /^Codex has reached the usage limit of its account\. Ask again after \d{4}-\d\d-\d\d \d\d:\d\d \(Europe\/Madrid\), or log in with another account\.$/,
  )
  expect(again).toEqual([])

  simulator.changeAccount(EMAIL, {primary: {usedPercent: 1}})
  expect(await host.ask(CODEX_CHAT, 'back again')).toMatchObject([{chatJid: CODEX_CHAT}])

  simulator.changeAccount(EMAIL, {signOut: true})
  const ended = await host.ask(CODEX_CHAT, 'still there?')
  expect(ended).toEqual([
    {
      chatJid: CODEX_CHAT,
      text: `The Codex login of this group no longer works. Log in again on the host: CODEX_HOME=${folders.codexHome} codex login --device-auth`,
    },
  ])
  expect(await host.ask(CODEX_CHAT, 'and now?')).toEqual([])
  // The other group has noticed nothing of all this.
  expect(await host.ask(MAIN_CHAT, 'and you')).toEqual([
    {chatJid: MAIN_CHAT, text: 'claude: and you'},
  ])
}, 120_000)

test.runIf(CAN_MOUNT)(
  'a full disk',
  async () => {
    const simulator = await start()
    const folders = makeExampleFolders(simulator)
    await logInExample(folders, simulator)
    // Of the group only: the host has room for its own files.
    const host = await startExampleHost(
      folders,
      `cp -r ${folders.codexHome} ${folders.codexHome}.seed
mount -t tmpfs -o size=64k none ${folders.codexHome}
cp -r ${folders.codexHome}.seed/. ${folders.codexHome}
dd if=/dev/zero of=${folders.codexHome}/fill bs=1k 2>/dev/null`,
    )

    const said = await host.ask(CODEX_CHAT, 'hello')

    expect(said).toEqual([{chatJid: CODEX_CHAT, text: expect.stringMatching(/space/) as string}])
    expect(await host.ask(MAIN_CHAT, 'hello')).toEqual([
      {chatJid: MAIN_CHAT, text: 'claude: hello'},
    ])
  },
  60_000,
)
