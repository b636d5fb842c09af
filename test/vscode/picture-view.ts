/**
 * A chat with a model of today, for the picture in the READMEs:
 * `UPDATE_PICTURE=1 node --enable-source-maps build/vscode-test.js picture`.
 *
 * @module
 */
import type {Simulator} from '../../src/simulator/start-simulator.ts'
import {logInFromPalette, openChat} from './chat-view.ts'
import type {Scene, Scenes} from './host/tell-scenes.ts'

const PICTURE = 'assets/vscode-chat.png'
const ANSWER = '.interactive-response'
const ENTRY = '.action-widget .monaco-list-row'
const MODEL = 'GPT-6.2-Sol'
const FIRST = 'you@example.com'
const SECOND = 'other@example.com'
const USAGE = '.sidebar .monaco-list-row'

const QUESTION = 'Why is findPrimes slow for large limits?'
const REPLY = `\`findPrimes\` tries **every** smaller number as a divisor of each candidate, so the work grows with the square of the limit.

Two changes are enough:

1. Try only the primes that were already found.
2. Stop at the square root of the candidate: a larger divisor has a smaller partner.

\`\`\`ts
export function findPrimes(limit: number): number[] {
  const primes: number[] = []
  for (let candidate = 2; candidate <= limit; candidate += 1) {
    if (isPrime(candidate, primes)) primes.push(candidate)
  }
  return primes
}

function isPrime(candidate: number, primes: readonly number[]): boolean {
  for (const prime of primes) {
    if (prime * prime > candidate) return true
    if (candidate % prime === 0) return false
  }
  return true
}
\`\`\`

For a limit of 100,000, that takes milliseconds in place of seconds.`

/** What is in the opened folder. */
export const PICTURE_FILES = {
  'primes.ts': `export function findPrimes(limit: number): number[] {
  const primes: number[] = []
  for (let candidate = 2; candidate <= limit; candidate += 1) {
    let isPrime = true
    for (let divisor = 2; divisor < candidate; divisor += 1) {
      if (candidate % divisor === 0) isPrime = false
    }
    if (isPrime) primes.push(candidate)
  }
  return primes
}
`,
}

/** The story. The account has only newer models. */
export const PICTURE_SCENES: Scenes = [
  ['a user logs in, twice', logInTwice],
  ['chooses a model and its effort', chooseModel],
  ['asks, and looks at what is left', askOnce],
]

/** Two accounts, of which one has been used for a while, and what the model says. */
export async function preparePicture(simulator: Simulator): Promise<void> {
  simulator.changeAccount(FIRST, {
    olderModels: false,
    primary: {usedPercent: 38},
    secondary: {usedPercent: 64},
  })
  simulator.changeAccount(SECOND, {olderModels: false, secondary: {usedPercent: 21}})
  for (const answer of [
    {to: QUESTION, text: REPLY},
    // How the editor asks for one.
    {to: 'title', text: 'Faster primes'},
  ]) {
    const at = new URL('/_simulator/answers', simulator.url)
    await fetch(at, {method: 'POST', body: JSON.stringify(answer)})
  }
}

async function logInTwice(scene: Scene): Promise<void> {
  const {screen} = scene
  await logInFromPalette(scene)
  await openChat(scene)
  await scene.logInAs(SECOND)
  await screen.run('Codex: Log In')
  await screen.see(`.notification-toast:has-text("Logged in as ${SECOND}")`)
}

async function chooseModel({screen}: Scene): Promise<void> {
  await screen.run('View: Maximize Secondary Side Bar')
  await screen.choose({
    button: '.interactive-input-part :text("GPT-")',
    filter: MODEL,
    entry: `${ENTRY} :text-is("${MODEL}")`,
    result: `.interactive-input-part :text-is("${MODEL}")`,
  })
  await screen.choose({
    button: '.interactive-input-part :text-is("Low")',
    entry: `${ENTRY} :text-is("High")`,
    result: '.interactive-input-part :text-is("High")',
  })
}

async function askOnce({screen}: Scene): Promise<void> {
  await screen.ask(QUESTION)
  await screen.see(`${ANSWER} :text("in place of seconds")`)
  await screen.idle()
  await screen.run('Move Chat into Editor Area')
  await screen.run('View: Hide Secondary Side Bar')
  await screen.run('Codex: Focus on Usage View')
  await screen.see(`${USAGE}:has-text("${SECOND}")`)
  await screen.widen('.part.sidebar', 160)
  await screen.run('Notifications: Clear All Notifications')
  await screen.clip('.monaco-workbench', PICTURE)
}
