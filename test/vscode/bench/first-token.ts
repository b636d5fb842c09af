/**
 * How soon a user sees the first words in the chat.
 *
 * @module
 */
import {readFile, writeFile} from 'node:fs/promises'
import path from 'node:path'
import packageJson from '../../../package.json' with {type: 'json'}
import type {Simulator} from '../../../src/simulator/start-simulator.ts'
import {median} from '../../bench/median.ts'
import {chooseModel, logInFromPalette} from '../chat-view.ts'
import type {InstalledHost} from '../host/install-host.ts'
import {OUTPUT} from '../host/user.ts'
import {createScreen, type Screen} from '../host/screen.ts'
import {startStage} from '../host/start-stage.ts'
import {INSTANT_MODEL, writeInstantProvider} from './instant-provider.ts'
import {toSpread, type EditorMeasurement} from './measurement.ts'

const ROUNDS = 15

/** A word each 20 ms. */
const PROMPT = 'Tell me [simulator reasoning-deltas=0 deltas=60 delay-ms=20]'

/** The first of these words. */
const FIRST_WORD = /lorem/

export const firstToken: EditorMeasurement = {
  name: 'first words in the chat after the first delta was sent',
  target: 20,
  async measure(host) {
    const ours = await timeAnswers(host, chooseModel)
    const instant = await timeAnswers(host, chooseInstant)
    const detail = `${toSpread(ours)}; from a provider without a network ${median(instant)} ms`
    return {value: median(ours), unit: 'ms', detail}
  },
}

/** Asks a model, in a fresh profile. @returns Milliseconds from when the first words were sent. */
async function timeAnswers(
  host: InstalledHost,
  choose: (scene: {readonly screen: Screen}) => Promise<void>,
): Promise<number[]> {
  const report = path.resolve(OUTPUT, 'first-token.txt')
  await writeFile(report, '')
  const {editor, user, simulator, close} = await startStage({
    host,
    install: `dist/openai-codex-auth-${packageJson.version}.vsix`,
    environment: {TEST_REPORT: report},
  })
  try {
    const {page} = await editor.openWindow({load: await writeInstantProvider(path.resolve(OUTPUT))})
    user.sitDown(editor.context, page)
    const screen = createScreen(page)
    await logInFromPalette({screen})
    await openChat(screen)
    await choose({screen})
    const milliseconds: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      const seen = await screen.watch(FIRST_WORD)
      await screen.ask(PROMPT)
      const seenAtMs = await seen()
      milliseconds.push(seenAtMs - (await readSentAtMs(report, simulator)))
      await screen.idle()
    }
    return milliseconds
  } finally {
    await close()
  }
}

/** When the first words of the last answer were sent, by whoever was asked. */
async function readSentAtMs(report: string, {requests}: Simulator): Promise<number> {
  const instant = (await readFile(report, 'utf8')).trim().split('\n').at(-1)
  if (instant) return Number(instant)
  const asked = requests.findLast(({path: at}) => at.endsWith('/codex/responses'))
  return asked?.firstTextAtMs ?? NaN
}

async function openChat(screen: Screen): Promise<void> {
  await screen.run('Chat: Manage Language Models')
  await screen.see('.models-widget .monaco-list-row:has-text("Instant")')
  await screen.run('View: Close Editor')
  await screen.run('View: Maximize Secondary Side Bar')
}

async function chooseInstant({screen}: {readonly screen: Screen}): Promise<void> {
  await screen.choose({
    button: '.interactive-input-part :text("GPT-")',
    filter: INSTANT_MODEL,
    entry: `.action-widget .monaco-list-row :text-is("${INSTANT_MODEL}")`,
    result: `.interactive-input-part :text-is("${INSTANT_MODEL}")`,
  })
}
