/**
 * How soon a person sees the first words in the chat.
 *
 * @module
 */
import packageJson from '../../../package.json' with {type: 'json'}
import {median} from '../../bench/median.ts'
import {chooseModel, logInFromPalette, openModels} from '../chat-view.ts'
import {createScreen, type Screen} from '../host/screen.ts'
import {startStage} from '../host/start-stage.ts'
import {toSpread, type EditorMeasurement} from './measurement.ts'

const ROUNDS = 15

/** A word each 20 ms, after a thought. */
const PROMPT = 'Tell me [simulator deltas=60 delay-ms=20]'

/** The first of these words. */
const FIRST_WORD = /lorem/

export const firstToken: EditorMeasurement = {
  name: 'first words in the chat after the first delta was sent',
  target: 20,
  async measure(host) {
    const install = `dist/openai-codex-auth-${packageJson.version}.vsix`
    const {editor, person, simulator, close} = await startStage({host, install})
    const {page} = await editor.openWindow()
    person.sitDown(editor.context, page)
    const screen = createScreen(page)
    await logInFromPalette({screen})
    await openModels({screen})
    await chooseModel({screen})
    const milliseconds: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, undisturbed
      const seenAtMs = await askForFirstWords(screen)
      const asked = simulator.requests.findLast(({path}) => path === '/backend-api/codex/responses')
      milliseconds.push(seenAtMs - (asked?.firstTextAtMs ?? NaN))
    }
    await close()
    return {value: median(milliseconds), unit: 'ms', detail: toSpread(milliseconds)}
  },
}

/** @returns Milliseconds since the Unix epoch. */
async function askForFirstWords(screen: Screen): Promise<number> {
  const seen = await screen.watch(FIRST_WORD)
  await screen.ask(PROMPT)
  const seenAtMs = await seen()
  await screen.idle()
  return seenAtMs
}
