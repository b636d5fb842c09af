/**
 * A provider that has its answer ready: what the editor itself takes to show one.
 *
 * @module
 */
import {mkdir, writeFile} from 'node:fs/promises'
import path from 'node:path'

/** Name of its model. */
export const INSTANT_MODEL = 'Instant'

const MANIFEST = {
  name: 'instant',
  publisher: 'test',
  version: '1.0.0',
  engines: {vscode: '^1.106.0'},
  main: './extension.js',
  activationEvents: ['onStartupFinished'],
  contributes: {languageModelChatProviders: [{vendor: 'instant', displayName: 'Instant'}]},
}

/** Answers in the rhythm of `part-pacer.ts`, and appends when it began to `TEST_REPORT`. */
const EXTENSION = `const {appendFileSync} = require('node:fs')
const {setTimeout: delay} = require('node:timers/promises')
const {lm, LanguageModelTextPart: Text} = require('vscode')
exports.activate = ({subscriptions}) => {
  subscriptions.push(lm.registerLanguageModelChatProvider('instant', {
    provideLanguageModelChatInformation: async () => [{
      id: 'instant', name: '${INSTANT_MODEL}', family: 'instant', version: '1', isUserSelectable: true,
      maxInputTokens: 200000, maxOutputTokens: 10000, capabilities: {toolCalling: true},
    }],
    async provideLanguageModelChatResponse(_model, _messages, _options, progress) {
      appendFileSync(process.env.TEST_REPORT, Date.now() + String.fromCharCode(10))
      progress.report(new Text('lorem '))
      for (let count = 0; count < 30; count += 1) progress.report(new Text(''))
      for (let count = 0; count < 30; count += 1) {
        await delay(40)
        progress.report(new Text('ipsum dolor '))
      }
    },
    provideTokenCount: async () => 10,
  }))
}
`

/** Writes the extension below `output`. @returns Its folder. */
export async function writeInstantProvider(output: string): Promise<string> {
  const folder = path.join(output, 'instant')
  await mkdir(folder, {recursive: true})
  await writeFile(path.join(folder, 'package.json'), JSON.stringify(MANIFEST))
  await writeFile(path.join(folder, 'extension.js'), EXTENSION)
  return folder
}
