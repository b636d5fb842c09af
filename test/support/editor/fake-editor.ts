/**
 * The editor, as far as the extension talks to a user in it. Nobody answers before a test does.
 *
 * @module
 */
import {EventEmitter as NodeEventEmitter} from 'node:events'
import type {VscodeApi} from '../../../src/hosts/vscode/vscode-api.ts'
import {chatParts} from './chat-parts.ts'

/** How something is shown. */
export type ShownKind = 'box' | 'error' | 'info' | 'pick' | 'progress' | 'warning'

/** Something that the editor shows. */
export interface Shown {
  readonly kind: ShownKind
  /** The message, or the title. */
  readonly text: string
  /** Buttons, or the labels of a list. */
  readonly choices: readonly string[]
  /** What a list says behind each label. */
  readonly descriptions: readonly (string | undefined)[]
  /** Whether a list says that more is to come. */
  readonly isBusy?: boolean
  /** Whether the user can still see it. */
  readonly isOpen: () => boolean
  /** Chooses, or types; without anything, dismisses it or presses Cancel. */
  readonly answer: (choice?: string) => void
  /** What a box says about a text before it takes it. */
  readonly check: (text: string) => unknown
}

/** What happens when the extension opens a page. */
export interface FakeEditorOptions {
  /** Whether the page opens; what it fails with; or `never`, while the editor asks the user first. */
  readonly opens?: boolean | Error | 'never'
  /** What writing to the clipboard fails with. */
  readonly clipboardFailure?: Error
}

/** An editor for one test. */
export interface FakeEditor {
  readonly api: VscodeApi
  /** The next thing of this kind that is shown, which may have been shown already. */
  next(kind: ShownKind): Promise<Shown>
  /** The next page that the extension opens. */
  nextPage(): Promise<URL>
  /** Everything that was shown as a message, as `kind: text`. */
  readonly messages: readonly string[]
  /** The commands that were run. */
  readonly commands: readonly string[]
  readonly clipboard: {text: string}
  readonly statusItem: FakeStatusItem
}

/** The item in the status bar. */
export interface FakeStatusItem {
  text?: string
  tooltip?: {readonly value: string}
  command?: string
  backgroundColor?: {readonly id: string} | undefined
  isShown: boolean
  isDisposed: boolean
}

/** Creates an editor. */
export function createFakeEditor(options: FakeEditorOptions = {}): FakeEditor {
  const shown = createQueue<Shown>()
  const pages = createQueue<URL>()
  const messages: string[] = []
  const commands: string[] = []
  const clipboard = {text: ''}
  const statusItem: FakeStatusItem = {isShown: false, isDisposed: false}
  const api = {
    ...chatParts,
    CancellationError: class extends Error {},
    CancellationTokenSource: FakeTokenSource,
    EventEmitter: FakeEmitter,
    LanguageModelError: FakeModelError,
    MarkdownString: FakeMarkdown,
    ProgressLocation: {Notification: 15},
    QuickPickItemKind: {Separator: -1, Default: 0},
    StatusBarAlignment: {Left: 1, Right: 2},
    ThemeColor: FakeColor,
    UIKind: {Desktop: 1, Web: 2},
    Uri: {parse: (text: string) => ({toString: () => text.replaceAll('+', '%2B')})},
    commands: {executeCommand: async (command: string) => void commands.push(command)},
    env: createEnv(pages, clipboard, options),
    window: {
      ...createMessages(shown, messages),
      ...createQuestions(shown),
      createStatusBarItem: () =>
        Object.assign(statusItem, {
          show: () => (statusItem.isShown = true),
          dispose: () => (statusItem.isDisposed = true),
        }),
    },
  } as unknown as VscodeApi
  return {
    api,
    next: (kind) => shown.take((item) => item.kind === kind),
    nextPage: () => pages.take(),
    messages,
    commands,
    clipboard,
    statusItem,
  }
}

function createEnv(
  pages: Queue<URL>,
  clipboard: {text: string},
  {opens = true, clipboardFailure}: FakeEditorOptions,
) {
  return {
    appName: 'Fake Editor',
    uiKind: 1,
    clipboard: {
      writeText: async (text: string) => {
        if (clipboardFailure) throw clipboardFailure
        clipboard.text = text
      },
    },
    openExternal: async (target: {toString(): string}) => {
      pages.put(new URL(target.toString()))
      if (opens instanceof Error) throw opens
      return opens === 'never' ? new Promise(() => {}) : opens
    },
  }
}

function createMessages(shown: Queue<Shown>, messages: string[]) {
  const show =
    (kind: 'error' | 'info' | 'warning') =>
    (text: string, ...choices: string[]) => {
      messages.push(`${kind}: ${text}`)
      return new Promise<string | undefined>((resolve) => {
        shown.put(toShown({kind, text, choices}, resolve))
      })
    }
  return {
    showInformationMessage: show('info'),
    showWarningMessage: show('warning'),
    showErrorMessage: show('error'),
  }
}

interface Item {
  readonly label: string
  readonly description?: string
}

function createQuestions(shown: Queue<Shown>) {
  return {
    showQuickPick: (items: readonly Item[], {title}: {title: string}) =>
      new Promise<Item | undefined>((resolve) => {
        const choices = items.map(({label}) => label)
        const descriptions = items.map(({description}) => description)
        const choose = (choice?: string) => resolve(items.find(({label}) => label === choice))
        shown.put(toShown({kind: 'pick', text: title, choices, descriptions}, choose))
      }),
    showInputBox: (
      {title, validateInput}: {title: string; validateInput: (text: string) => unknown},
      token?: FakeToken,
    ) =>
      new Promise<string | undefined>((resolve) => {
        const box = toShown({kind: 'box', text: title, check: validateInput}, resolve)
        token?.onCancellationRequested(() => box.answer())
        shown.put(box)
      }),
    createQuickPick: () => new FakeQuickPick(shown),
    withProgress: async <Result>(
      {title}: {title: string},
      task: (progress: unknown, token: FakeToken) => Promise<Result>,
    ) => {
      const source = new FakeTokenSource()
      const progress = toShown({kind: 'progress', text: title}, () => source.cancel())
      shown.put(progress)
      const result = task({report: () => {}}, source.token)
      const close = () => progress.answer()
      void result.then(close, close)
      return result
    },
  }
}

/** A list that stays open, and whose rows may change. It is shown as a `pick` once it is there. */
class FakeQuickPick {
  title = ''
  busy = false
  items: readonly Item[] = []
  selectedItems: readonly Item[] = []
  isDisposed = false
  readonly #shown: Queue<Shown>
  readonly #accepted = new FakeEmitter<void>()
  readonly #hidden = new FakeEmitter<void>()
  readonly onDidAccept = this.#accepted.event
  readonly onDidHide = this.#hidden.event
  constructor(shown: Queue<Shown>) {
    this.#shown = shown
  }
  show(): void {
    const texts = (read: (item: Item) => string | undefined) => () => this.items.map(read)
    const shown = toShown({kind: 'pick', text: this.title}, (choice) => {
      this.selectedItems = this.items.filter(({label}) => label === choice)
      if (choice === undefined) this.hide()
      else this.#accepted.fire()
    })
    this.#shown.put(
      Object.defineProperties(shown, {
        choices: {get: texts(({label}) => label)},
        descriptions: {get: texts(({description}) => description)},
        isBusy: {get: () => this.busy},
      }),
    )
  }
  hide(): void {
    this.#hidden.fire()
  }
  dispose(): void {
    this.isDisposed = true
  }
}

/** @param onAnswer Called once. */
function toShown(
  fields: Pick<Shown, 'kind' | 'text'> & Partial<Shown>,
  onAnswer: (choice?: string) => void,
): Shown {
  let isOpen = true
  return {
    choices: [],
    descriptions: [],
    check: () => undefined,
    ...fields,
    isOpen: () => isOpen,
    answer(choice) {
      if (isOpen) onAnswer(choice)
      isOpen = false
    },
  }
}

/** What was put, in its order, for whoever takes it, now or later. */
interface Queue<Value> {
  put(value: Value): void
  take(fits?: (value: Value) => boolean): Promise<Value>
}

function createQueue<Value>(): Queue<Value> {
  const values: Value[] = []
  const waiting: {fits: (value: Value) => boolean; resolve: (value: Value) => void}[] = []
  return {
    put(value) {
      const index = waiting.findIndex(({fits}) => fits(value))
      if (index === -1) values.push(value)
      else waiting.splice(index, 1)[0]?.resolve(value)
    },
    take: (fits = () => true) =>
      new Promise((resolve) => {
        const index = values.findIndex(fits)
        if (index === -1) waiting.push({fits, resolve})
        else resolve(values.splice(index, 1)[0]!)
      }),
  }
}

interface FakeToken {
  readonly isCancellationRequested: boolean
  onCancellationRequested(listener: () => void): {dispose(): void}
}

/** The editor's events: whoever listens is told in turn, until they dispose of it. */
class FakeEmitter<Value> {
  readonly #emitter = new NodeEventEmitter()
  readonly event = (listener: (value: Value) => void) => {
    this.#emitter.on('event', listener)
    return {dispose: () => void this.#emitter.off('event', listener)}
  }
  fire(value: Value): void {
    this.#emitter.emit('event', value)
  }
  dispose(): void {
    this.#emitter.removeAllListeners()
  }
}

class FakeTokenSource {
  #isCancelled = false
  readonly #emitter = new FakeEmitter<void>()
  readonly token: FakeToken
  constructor() {
    const isCancelled = () => this.#isCancelled
    this.token = {
      get isCancellationRequested() {
        return isCancelled()
      },
      // Whoever comes too late is told, too, a little later.
      onCancellationRequested: (listener) => {
        if (!isCancelled()) return this.#emitter.event(listener)
        const timer = setTimeout(listener)
        return {dispose: () => clearTimeout(timer)}
      },
    }
  }
  cancel(): void {
    if (this.#isCancelled) return
    this.#isCancelled = true
    this.#emitter.fire()
  }
  dispose(): void {
    this.#emitter.dispose()
  }
}

class FakeModelError extends Error {
  static readonly Blocked = (message: string) => new FakeModelError(message, 'Blocked')
  static readonly NoPermissions = (message: string) => new FakeModelError(message, 'NoPermissions')
  static readonly NotFound = (message: string) => new FakeModelError(message, 'NotFound')
  readonly code: string
  constructor(message: string, code: string) {
    super(message)
    this.code = code
  }
}

class FakeMarkdown {
  value: string
  constructor(value: string) {
    this.value = value
  }
  appendText(text: string): void {
    this.value += text
  }
  appendMarkdown(text: string): void {
    this.value += text
  }
}

class FakeColor {
  readonly id: string
  constructor(id: string) {
    this.id = id
  }
}
