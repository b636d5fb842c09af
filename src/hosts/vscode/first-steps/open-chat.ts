/**
 * Opens the editor's chat with a model of ours.
 *
 * @module
 */
import type {AccountStore} from '../../../accounts/account.ts'
import {delay} from '../../../base/delay.ts'
import type {Log} from '../../../base/log.ts'
import {toErrorName} from '../../../errors.ts'
import type {LiveModels} from '../../../models/live-models.ts'
import type {KeyValueStorage} from '../../../storage/key-value-storage.ts'
import {VENDOR} from '../names.ts'
import {offerTitles} from './utility-model.ts'
import type {VscodeApi} from '../vscode-api.ts'

/** What answers in the editor's chat. It comes with the editor, and is off until the chat was set up. */
const CHAT_EXTENSION = 'GitHub.copilot-chat'

/** How long the newest list of models is waited for, in milliseconds. */
const RELOAD_MS = 3000

/**
 * How long the chat may take to be there after it was turned on, and how often is looked, in milliseconds. In a window
 * whose extensions run on two machines it is never seen.
 */
const START_MS = 10_000
const LOOK_MS = 100

/** The models, and the editor's commands. */
export interface OpenChatOptions {
  readonly api: Pick<VscodeApi, 'commands' | 'extensions' | 'window' | 'workspace'>
  readonly liveModels: Pick<LiveModels, 'catalogue' | 'load' | 'reloadIfStale'>
  readonly store: Pick<AccountStore, 'list'>
  /** Logs in where nobody is. Never rejects. */
  readonly logIn: () => Promise<unknown>
  readonly log: Log
  /** What was asked once, by name. */
  readonly once: Pick<KeyValueStorage, 'get' | 'set'>
}

/** Opens the chat, with the model that OpenAI recommends and at the effort that is its default. */
export async function openChat(options: OpenChatOptions): Promise<void> {
  const {api, liveModels, log, logIn, store} = options
  if ((await store.list()).length === 0 && (await logIn()) === undefined) return
  await liveModels.load()
  const late = new AbortController()
  await Promise.race([liveModels.reloadIfStale(), delay(RELOAD_MS, late.signal).catch(() => {})])
  late.abort()
  const {commands} = api
  try {
    await turnOnChat(api)
    const id = liveModels.catalogue.list()[0]?.id
    await commands.executeCommand('workbench.action.chat.open', {
      mode: 'agent',
      ...(id !== undefined && {modelSelector: {vendor: VENDOR, id}}),
    })
  } catch (error) {
    // An older editor, or one that was derived, may have other commands.
    log.info('The chat could not be opened with a model', {name: toErrorName(error)})
    await commands.executeCommand('workbench.action.chat.open')
  }
  await offerTitles(options)
}

/**
 * The one way that asks for no other login: whoever looks at the models gets the chat. A question that comes before the
 * chat is ready would open the login of GitHub Copilot, so it is waited for.
 */
async function turnOnChat({commands, extensions, window}: OpenChatOptions['api']): Promise<void> {
  if (extensions.getExtension(CHAT_EXTENSION)?.isActive === true) return
  const start = async () => {
    if (!extensions.getExtension(CHAT_EXTENSION)) {
      await commands.executeCommand('workbench.action.chat.manage')
      await commands.executeCommand('workbench.action.closeActiveEditor')
    }
    for (let waitedMs = 0; waitedMs < START_MS; waitedMs += LOOK_MS) {
      const extension = extensions.getExtension(CHAT_EXTENSION)
      if (extension) {
        await extension.activate()
        return
      }
      await delay(LOOK_MS)
    }
  }
  // `ProgressLocation.Window`: the status bar.
  await window.withProgress({location: 10, title: 'Codex: turning the chat on'}, start)
}
