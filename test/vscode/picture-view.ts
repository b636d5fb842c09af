/**
 * A chat with a model of today, for the picture in the READMEs:
 * `UPDATE_PICTURE=1 node --enable-source-maps build/vscode-test.js picture`.
 *
 * @module
 */
import path from 'node:path'
import {logInFromPalette, openChat} from './chat-view.ts'
import type {Scene, Scenes} from './host/tell-scenes.ts'

const PICTURE = 'assets/vscode-chat.png'
const ANSWER = '.interactive-response'
const ENTRY = '.action-widget .monaco-list-row'
const MODEL = 'GPT-6.2-Sol'

/** The story. The account has only newer models. */
export const PICTURE_SCENES: Scenes = [
  ['a user logs in', logInFromPalette],
  ['opens the chat', openChat],
  ['chooses a model and its effort', chooseModel],
  ['asks, and lets the agent use a tool', askTwice],
]

async function chooseModel({screen}: Scene): Promise<void> {
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

async function askTwice({screen, workspace}: Scene): Promise<void> {
  await screen.ask('What is this project about?')
  await screen.see(`${ANSWER} :text("heard: ")`)
  await screen.idle()
  const filePath = path.join(workspace, 'notes.md')
  await screen.ask(`use the tool read_file ${JSON.stringify({filePath, startLine: 1, endLine: 2})}`)
  await screen.see(`${ANSWER} :text("The blue notebook")`)
  await screen.idle()
  await screen.clip('.monaco-workbench', PICTURE)
}
