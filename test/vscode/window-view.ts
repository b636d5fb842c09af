/**
 * The story of a person who looks at what the extension shows outside the chat.
 *
 * @module
 */
import type {Scene, Scenes} from './host/tell-scenes.ts'

const ACCOUNT = '.statusbar-item:has-text("you@example.com")'

/** The story, scene by scene. */
export const WINDOW_SCENES: Scenes = [['a person starts with the walkthrough', walkThrough]]

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
