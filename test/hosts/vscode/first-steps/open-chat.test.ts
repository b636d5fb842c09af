import {expect, test} from 'vitest'
import {openChat, type OpenChatOptions} from '../../../../src/hosts/vscode/first-steps/open-chat.ts'
import {createLiveCatalogue} from '../../../../src/models/model-catalogue.ts'
import {parseModels} from '../../../../src/models/parse-models.ts'
import {ACCOUNT} from '../../../support/engine/create-backend.ts'
import {createFakeEditor} from '../../../support/editor/fake-editor.ts'
import {createMemoryAccountStore} from '../../../support/memory/memory-account-store.ts'
import {createMemoryLog} from '../../../support/memory/memory-log.ts'
import {createMemoryStorage} from '../../../support/memory/memory-storage.ts'

interface StartOptions {
  readonly accounts?: readonly (typeof ACCOUNT)[]
  /** Whether the editor's chat was turned on before. */
  readonly isOn?: boolean
  /** What the editor's setting about titles is. */
  readonly titles?: {readonly defaultValue?: string; readonly globalValue?: string}
  /** Names of commands that the editor does not have. */
  readonly missing?: readonly string[]
}

function start({
  accounts = [ACCOUNT],
  isOn = false,
  titles = {defaultValue: 'copilot'},
  missing = [],
}: StartOptions = {}) {
  const editor = createFakeEditor()
  const done: unknown[][] = []
  const {log, lines} = createMemoryLog()
  const models = parseModels({
    models: [
      {slug: 'gpt-7', priority: 1},
      {slug: 'gpt-6', priority: 2},
    ],
  })
  const options = {
    api: {
      ...editor.api,
      commands: {
        async executeCommand(...call: unknown[]) {
          if (missing.some((name) => JSON.stringify(call).includes(name))) throw new Error('no')
          done.push(call)
        },
      },
      extensions: {
        getExtension: () => {
          if (!isOn && done.length === 0) return undefined
          return {isActive: isOn, activate: async () => void done.push(['activate'])}
        },
      },
      workspace: {
        getConfiguration: () => ({
          inspect: (key: string) => ({key, ...titles}),
          update: async (...change: unknown[]) => void done.push(change),
        }),
      },
    } as unknown as OpenChatOptions['api'],
    liveModels: {
      catalogue: createLiveCatalogue(models!),
      load: async () => {},
      reloadIfStale: async () => {},
    },
    store: createMemoryAccountStore(...accounts),
    logIn: async () => void done.push(['log in']),
    log,
    once: createMemoryStorage(),
  }
  return {editor, done, lines, options}
}

const OPEN = [
  'workbench.action.chat.open',
  {mode: 'agent', modelSelector: {vendor: 'openai-codex', id: 'gpt-7'}},
]

test('the chat is turned on first and waited for, and opened with the model that OpenAI recommends', async () => {
  const {done, options} = start({titles: {}})
  await openChat(options)
  expect(done).toEqual([
    ['workbench.action.chat.manage'],
    ['workbench.action.closeActiveEditor'],
    ['activate'],
    OPEN,
  ])
})

test('a chat that is on is left as it is', async () => {
  const {done, options} = start({titles: {}, isOn: true})
  await openChat(options)
  expect(done).toEqual([OPEN])
})

test('without an account, the login comes first, and nothing after one that is given up', async () => {
  const {done, options} = start({accounts: []})
  await openChat(options)
  expect(done).toEqual([['log in']])
})

test('an editor that cannot choose a model still opens its chat', async () => {
  const {done, lines, options} = start({titles: {}, isOn: true, missing: ['modelSelector']})
  await openChat(options)
  expect(done).toEqual([['workbench.action.chat.open']])
  expect(lines).toEqual(['info The chat could not be opened with a model {"name":"Error"}'])
})

test('the models may write titles, which is asked once', async () => {
  const {done, editor, options} = start({isOn: true})
  const pending = openChat(options)
  const asked = await editor.next('info')
  expect(asked.choices).toEqual(['Use Codex', 'Not Now'])
  asked.answer('Use Codex')
  await pending
  expect(done).toEqual([OPEN, ['chat.byokUtilityModelDefault', 'mainAgent', true]])
  await openChat(options)
  expect(editor.messages).toHaveLength(1)
})

test.each([
  ['not there', {}],
  ['set already', {defaultValue: 'copilot', globalValue: 'none'}],
])('a setting about titles that is %s is not asked for', async (_what, titles) => {
  const {done, editor, options} = start({isOn: true, titles})
  await openChat(options)
  expect(editor.messages).toEqual([])
  expect(done).toEqual([OPEN])
})
