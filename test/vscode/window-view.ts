/**
 * The story of a user who looks at what the extension shows outside the chat, and at the list of models.
 *
 * @module
 */
import assert from 'node:assert/strict'
import type {Scene, Scenes} from './host/tell-scenes.ts'

const ACCOUNT = '.statusbar-item:has-text("you@example.com")'
const STEP = '.gettingStartedContainer .getting-started-step'
const DONE = '.codicon-getting-started-step-checked'
const ENTRY = '.quick-input-list .monaco-list-row'

/** A row of the view in the side bar. */
const USAGE = '.sidebar .monaco-list-row'

/** What the mouse shows when it rests on the account. */
const TOOLTIP = '.monaco-hover:has-text("OpenAI Codex (ChatGPT)")'
const WARNING =
  '.notifications-center .notification-list-item-message:has-text("left of its 5 h limit")'

/** The model that is asked, as the chat names it. In a narrow chat, models have no names. */
const MODEL = '.interactive-input-part :text("GPT-")'
const WIDE_CHAT = 'View: Maximize Secondary Side Bar'

/** A model that the account no longer has. */
const OLDER = 'GPT-5.1 Codex Mini'

/** The story, scene by scene. The account has only newer models. */
export const WINDOW_SCENES: Scenes = [
  ['a user starts with the walkthrough', walkThrough],
  ['sees in the status bar what is left, and what can be done', lookAtStatus],
  ['finds older models once they are wanted', listOlderModels],
  ['chooses an effort by its entry', chooseEntry],
  ['sees in the side bar what was used', lookAtUsage],
  ['is warned once, also when the window is loaded again', reloadAfterWarning],
]

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
  await screen.click(`${STEP} :text("Ask in the chat")`)
  await screen.seeInFrame('lists the models of your account')
  await screen.picture('walkthrough-2')
  await screen.click(`${STEP} :text("Let it write titles as well")`)
  await screen.click(`${STEP} .monaco-button:has-text("Use Codex")`)
  await screen.see(`${STEP}:has-text("Let it write titles as well") ${DONE}`)
  await screen.picture('walkthrough-3')
  await screen.click(`${STEP} :text("See what is left")`)
  await screen.seeInFrame('The status bar names the account')
  await screen.click(`${STEP} .monaco-button:has-text("Show Status")`)
  await screen.see(`${STEP}:has-text("See what is left") ${DONE}`)
  await screen.picture('walkthrough-4')
  // Nobody has asked yet, so this is still to be done.
  assert.equal(await screen.count(`${STEP}:has-text("Ask in the chat") ${DONE}`), 0)
  // It takes the keys back when a step is done.
  await screen.run('View: Close All Editors')
}

async function lookAtStatus(scene: Scene): Promise<void> {
  const {screen} = scene
  await useLimit(95, scene)
  await screen.see(`${ENTRY}:has-text("█░░░░░░░░░"):has-text("5 % left of the 5 h limit")`)
  await screen.see(`${ENTRY}:has-text("you@example.com"):has-text("asked just now")`)
  await screen.picture('status-list')
  await screen.see(`.statusbar-item.warning-kind:has-text("you@example.com, 5 %")`)
  await screen.hover(ACCOUNT, `${TOOLTIP}:has-text("5 % left of the 5 h limit")`)
  await screen.picture('status-bar')
  assert.equal(await screen.count(`${TOOLTIP} a`), 0)
  await useLimit(5, scene)
  await screen.see(`.statusbar-item:not(.warning-kind):has-text("you@example.com, 95 %")`)
  await screen.open(ACCOUNT, `${ENTRY}:has-text("Status and usage limits")`)
  await screen.picture('menu')
  await screen.chooseFrom({
    button: ACCOUNT,
    entry: 'Switch account',
    result: `${ENTRY}:has-text("you@example.com"):has-text("ChatGPT Plus, goes first")`,
  })
  await screen.chooseInList('you@example.com')
}

async function listOlderModels({screen, ...scene}: Scene): Promise<void> {
  await screen.run('Chat: Manage Language Models')
  await screen.see(`.models-widget :text("${OLDER}")`)
  await screen.see(`.models-widget .token-limit-item:has-text("258")`)
  await screen.picture('models')
  assert.equal(await screen.count('.models-widget .token-limit-item:has-text("386")'), 0)
  await screen.run('View: Close All Editors')
  await screen.run(WIDE_CHAT)
  const live = await screen.readMenu({button: MODEL, filter: 'GPT-', entry: 'GPT-5.5'})
  assert.equal(live.includes(OLDER), false)
  await scene.configure({'openaiCodex.models': 'all'})
  await screen.run(WIDE_CHAT)
  await screen.readMenu({button: MODEL, filter: 'GPT-', entry: OLDER})
}

async function chooseEntry({screen, simulator, ...scene}: Scene): Promise<void> {
  await scene.configure({'openaiCodex.models': 'all', 'openaiCodex.efforts': 'entries'})
  await screen.run(WIDE_CHAT)
  const entries = await screen.readMenu({
    button: MODEL,
    filter: 'GPT-5.2 Codex',
    entry: 'GPT-5.2 Codex (High Reasoning)',
    picture: 'entries',
  })
  assert.deepEqual(entries, [
    'GPT-5.2 Codex',
    'GPT-5.2 Codex (High Reasoning)',
    'GPT-5.2 Codex (Low Reasoning)',
    'GPT-5.2 Codex (XHigh Reasoning)',
  ])
  const name = ':text-is("GPT-5.2 Codex (High Reasoning)")'
  await screen.choose({
    button: MODEL,
    filter: 'GPT-5.2 Codex (H',
    entry: `.action-widget .monaco-list-row ${name}`,
    result: `.interactive-input-part ${name}`,
  })
  simulator.changeAccount('you@example.com', {olderModels: true})
  await screen.ask('With which effort is this asked?')
  await screen.see('.interactive-response :text("gpt-5.2-codex (high) heard: ")')
  const asked = simulator.requests.findLast(({path}) => path.endsWith('/responses'))?.body
  const {model, reasoning} = asked as {model: string; reasoning: {effort: string}}
  assert.deepEqual([model, reasoning.effort], ['gpt-5.2-codex', 'high'])
}

async function lookAtUsage({screen}: Scene): Promise<void> {
  await screen.run('Codex: Focus on Usage View')
  await screen.see(`${USAGE}:has-text("you@example.com (ChatGPT Plus)")`)
  await screen.see(`${USAGE}:has-text("gpt-5.2-codex-high"):has-text(" tokens, 1 answer: ")`)
  await screen.see(`${USAGE}:has-text("Conversations")`)
  await screen.picture('usage')
}

async function reloadAfterWarning(scene: Scene): Promise<void> {
  const {screen} = scene
  // Another filling of the limit than the one that was warned of before.
  const resetAfterSeconds = 9000
  await useLimit(91, scene, resetAfterSeconds)
  await screen.run('Notifications: Show Notifications')
  await screen.see(`${WARNING}:has-text("has 9 %")`)
  await screen.reload()
  await screen.see(ACCOUNT)
  await useLimit(92, scene, resetAfterSeconds)
  await screen.see('.statusbar-item:has-text("you@example.com, 8 %")')
  // What comes last shows that nothing came before.
  await useLimit(96, scene, resetAfterSeconds)
  await screen.run('Notifications: Show Notifications')
  await screen.see(`${WARNING}:has-text("has 4 %")`)
  assert.equal(await screen.count(WARNING), 1)
}

/** Fills the short limit, and lets the extension ask for it. @param resetAfterSeconds Default: as it was. */
async function useLimit(
  usedPercent: number,
  {screen, simulator}: Scene,
  resetAfterSeconds?: number,
): Promise<void> {
  const primary = {usedPercent, ...(resetAfterSeconds && {resetAfterSeconds})}
  simulator.changeAccount('you@example.com', {primary})
  await screen.run('Codex: Status')
}
