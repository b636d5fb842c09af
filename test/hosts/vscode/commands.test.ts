import {expect, test} from 'vitest'
import {StorageError} from '../../../src/errors.ts'
import {registerCommands, type CommandOptions} from '../../../src/hosts/vscode/commands.ts'
import {createAccountMemory} from '../../../src/storage/account-memory.ts'
import {ACCOUNT, NOW_MS} from '../../support/engine/create-backend.ts'
import {createMemoryAccountStore} from '../../support/memory/memory-account-store.ts'
import {createMemoryLog} from '../../support/memory/memory-log.ts'
import {createMemoryStorage} from '../../support/memory/memory-storage.ts'

/** Everything that the commands did, in its order. */
function start() {
  const events: string[] = []
  const commands = new Map<string, (...more: unknown[]) => unknown>()
  const note =
    (event: string) =>
    async (...more: unknown[]) =>
      void events.push([event, ...more].join(' '))
  const {log} = createMemoryLog()
  const store = createMemoryAccountStore(ACCOUNT)
  let failure: Error | undefined
  const disposables = registerCommands({
    api: {
      commands: {
        registerCommand(id: string, run: () => unknown) {
          commands.set(id, run)
          return {dispose: () => commands.delete(id)}
        },
        executeCommand: note('run'),
      },
      window: {
        showInformationMessage: note('info'),
        showErrorMessage: note('error'),
        async showQuickPick(_items: unknown, {title}: {title: string}) {
          events.push(`pick ${title}`)
        },
      },
    } as unknown as CommandOptions['api'],
    store: {...store, list: async () => (failure ? Promise.reject(failure) : store.list())},
    memory: createAccountMemory({storage: createMemoryStorage(), log, now: () => NOW_MS}),
    usage: {reload: {all: note('ask for usage'), one: note('one'), stale: note('stale')}},
    loginActions: {
      logIn: async () => void events.push('log in'),
      logInAnotherWay: async () => void events.push('log in another way'),
      logInAgain: async () => void events.push('log in again'),
      logOut: note('log out'),
      switchAccount: note('switch'),
      remove: note('remove'),
    },
    pool: {lastChoices: () => [], forgetConversations: () => {}},
    shared: {update: async () => {}},
    codexHome: '/nowhere',
    liveModels: {} as CommandOptions['liveModels'],
    log,
    once: createMemoryStorage(),
    channel: {show: (...more: unknown[]) => void events.push(['show log', ...more].join(' '))},
  })
  return {commands, disposables, events, fail: (error: Error) => (failure = error)}
}

test.each([
  ['openaiCodex.logIn', ['log in']],
  ['openaiCodex.logInAnotherWay', ['log in another way']],
  ['openaiCodex.logOut', ['log out']],
  ['openaiCodex.switchAccount', ['switch']],
  ['openaiCodex.manageAccounts', ['pick ChatGPT accounts']],
  [
    'openaiCodex.explainAccount',
    ['info Nothing was asked in this window yet, so no account was chosen.'],
  ],
  ['openaiCodex.manage', ['pick OpenAI Codex (ChatGPT)']],
  [
    'openaiCodex.openSettings',
    ['run workbench.action.openSettings @ext:openai-codex-auth.openai-codex-auth'],
  ],
  ['openaiCodex.showLog', ['show log']],
])('%s does what it says, whatever the editor passes along', async (id, done) => {
  const {commands, events} = start()

  await commands.get(id)?.({some: 'argument'})

  expect(events).toEqual(done)
})

test('a command that fails says so', async () => {
  const {commands, events, fail} = start()
  fail(new StorageError('The disk is full'))
  await commands.get('openaiCodex.manageAccounts')?.()
  expect(events).toEqual(['error The disk is full'])
})

test('every command is taken back with the extension', () => {
  const {commands, disposables} = start()
  expect(commands.size).toBe(13)

  for (const one of disposables) one.dispose()

  expect(commands.size).toBe(0)
})
