/**
 * The story of a person who looks at what the extension shows outside the chat.
 *
 * @module
 */
import assert from 'node:assert/strict'
import type {Scene, Scenes} from './host/tell-scenes.ts'

const ACCOUNT = '.statusbar-item:has-text("you@example.com")'

/** The story, scene by scene. */
export const WINDOW_SCENES: Scenes = [
  ['a person starts with the walkthrough', walkThrough],
  ['sees in the status bar what is left, and what can be done', lookAtStatus],
  ['chooses an effort by its entry', chooseEntry],
]

const STEP = '.gettingStartedContainer .getting-started-step'
const DONE = '.codicon-getting-started-step-checked'

async function walkThrough({screen}: Scene): Promise<void> {
  await screen.run('Welcome: Open Walkthrough')
  await screen.chooseInList('Start with Codex')
  await screen.see(`${STEP}:has-text("Log in to ChatGPT")`)
  await screen.run('View: Maximize Editor Group and Hide Side Bars')
  await screen.seeInFrame('opens ChatGPT')
  await screen.picture('walkthrough-1')
  await screen.click(`${STEP} .monaco-button:has-text("Log In")`)
  await screen.see(ACCOUNT)
  await screen.see(`${STEP}:has-text("Log in to ChatGPT") ${DONE}`)
  await screen.click(`${STEP} :text("Choose a model")`)
  await screen.seeInFrame('lists the models of your account')
  await screen.picture('walkthrough-2')
  await screen.click(`${STEP} :text("See what is left")`)
  await screen.seeInFrame('The status bar names the account')
  await screen.click(`${STEP} .monaco-button:has-text("Show Status")`)
  await screen.see(`${STEP}:has-text("See what is left") ${DONE}`)
  await screen.picture('walkthrough-3')
}

/** What the mouse shows when it rests. */
const TOOLTIP = '.monaco-hover:has-text("OpenAI Codex (ChatGPT)")'
const ENTRY = '.quick-input-list .monaco-list-row'

async function lookAtStatus({screen, simulator}: Scene): Promise<void> {
  await useLimit(95)
  await screen.see(`.statusbar-item.warning-kind:has-text("you@example.com, 5 %")`)
  await screen.hover(ACCOUNT, `${TOOLTIP}:has-text("5 % left of the 5 h limit")`)
  await screen.picture('status-bar')
  assert.equal(await screen.count(`${TOOLTIP} a`), 0)
  await useLimit(5)
  await screen.see(`.statusbar-item:not(.warning-kind):has-text("you@example.com, 95 %")`)
  await screen.open(ACCOUNT, `${ENTRY}:has-text("Status and limits")`)
  await screen.picture('menu')
  await screen.chooseInList('Switch account')
  await screen.see(`${ENTRY}:has-text("you@example.com"):has-text("ChatGPT Plus, asked first")`)
  await screen.picture('switch')
  await screen.chooseInList('you@example.com')

  async function useLimit(usedPercent: number): Promise<void> {
    simulator.changeAccount('you@example.com', {primary: {usedPercent}})
    await screen.run('Codex: Status')
  }
}

async function chooseEntry({screen, configure}: Scene): Promise<void> {
  await configure({'openaiCodex.efforts': 'entries'})
  await new Promise((r) => setTimeout(r, 3000))
  await screen.run('Chat: Manage Language Models')
  await new Promise((r) => setTimeout(r, 3000))
  await screen.picture('entries-models')
  await screen.closeEditors()
  await screen.run('View: Maximize Secondary Side Bar')
  await screen.click('.interactive-input-part :text("GPT-")')
  await new Promise((r) => setTimeout(r, 1000))
  await screen.picture('entries-picker')
}
