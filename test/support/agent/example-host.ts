/**
 * A host of chat groups in its smallest form: it answers messages with the agent of the group, takes what agents leave for it,
 * and keeps tasks. Copy it, and put your chat in place of `Chat`.
 */
import {mkdirSync} from 'node:fs'
import path from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import {
  createGroupFile,
  createLocalRunner,
  IpcInbox,
  openDatabase,
  TaskStore,
  Watcher,
  type ContainerOutput,
} from '../../../src/agent.ts'

/** Your chat. */
export interface Chat {
  send(chatJid: string, text: string): Promise<void>
}

export interface ExampleHostOptions {
  /** The folder of the host. */
  readonly folder: string
  readonly chat: Chat
  readonly env: NodeJS.ProcessEnv
  /** `cao`, for example `['cao']`. */
  readonly command: readonly [string, ...string[]]
  /** More options of `cao agent run`. */
  readonly args?: readonly string[]
  /** The program of the groups that are not for Codex. */
  readonly other: readonly string[]
  readonly accounts?: string
  readonly now?: () => number
}

const QUIET = {debug: ignore, info: ignore, warn: ignore, error: ignore}

export async function startExampleHost(options: ExampleHostOptions) {
  const {args = [], chat, command, env, folder, now = Date.now, other} = options
  const data = path.join(folder, 'data')
  mkdirSync(path.join(data, 'ipc'), {recursive: true})
  const groups = createGroupFile(path.join(data, 'registered_groups.json'), now)
  const store = new TaskStore(await openDatabase(path.join(data, 'agent-tasks.db')))
  const inbox = new IpcInbox(path.join(data, 'ipc'))
  const runner = createLocalRunner({
    folders: {
      data,
      groups: path.join(folder, 'groups'),
      ...(options.accounts !== undefined && {accounts: options.accounts}),
    },
    env,
    command,
    args,
    other,
    timeoutMs: 120_000,
  })
  /** By provider and group: a conversation belongs to the one it was held with. */
  const sessions = new Map<string, string>()
  const delivered = new Set<string>()

  async function run(
    groupFolder: string,
    fields: {readonly chatJid: string; readonly prompt: string; readonly isScheduledTask: boolean},
    isIsolated = false,
  ): Promise<ContainerOutput> {
    const {provider = 'claude', providerConfig} = await groups.find(groupFolder)
    const key = `${String(provider)}:${groupFolder}`
    const output = await runner.run({
      ...fields,
      groupFolder,
      isMain: groupFolder === 'main',
      sessionId: isIsolated ? undefined : sessions.get(key),
      provider,
      providerConfig,
    })
    if (output.newSessionId !== undefined && !isIsolated) sessions.set(key, output.newSessionId)
    // The chat hears of every failure once: by a file of the agent, or else from here.
    if (output.status === 'error' && output.notice === 'unsent') {
      await chat.send(fields.chatJid, output.error ?? 'The agent has failed. Ask again.')
    }
    return output
  }

  const watcher = new Watcher({
    inbox,
    store,
    now,
    log: QUIET,
    timeZone: 'Europe/Madrid',
    groups: () => groups.list(),
    register: (request) => groups.register(request),
    async send({chatJid, id, text}) {
      // After a kill the same message may come again; a real host keeps the ids where it keeps its messages.
      if (!delivered.has(id)) await chat.send(chatJid, text)
      delivered.add(id)
    },
    async runTask({chatJid, contextMode, groupFolder, prompt}) {
      const fields = {chatJid, prompt, isScheduledTask: true}
      const {error, result} = await run(groupFolder, fields, contextMode === 'isolated')
      // The chat knows of an error by now.
      return {result, error, isTold: true}
    },
  })
  const stop = new AbortController()
  const watching = watcher.run(stop.signal)
  return {
    store,
    /** A member of a chat has written something for the agent. */
    async receive(chatJid: string, text: string): Promise<void> {
      const group = (await groups.list()).find(({jid}) => jid === chatJid)
      if (!group) return
      const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
      const time = new Date(now()).toISOString()
      const prompt = `<messages>\n<message sender="Ada" time="${time}">${escaped}</message>\n</messages>`
      const output = await run(group.folder, {chatJid, prompt, isScheduledTask: false})
      if (output.result !== null && output.result !== '') await chat.send(chatJid, output.result)
    },
    /** All that agents have written is in the chats. */
    async settled(): Promise<void> {
      for (;;) {
        const files = await Promise.all((await inbox.groups()).map((name) => inbox.list(name)))
        if (files.flat().length === 0 && store.listUndelivered(1).length === 0) return
        await delay(50)
      }
    },
    async close(): Promise<void> {
      stop.abort()
      await watching
      store.close()
    },
  }
}

function ignore(): void {}
