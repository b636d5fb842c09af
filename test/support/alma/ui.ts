/**
 * The host's dialogs, with everything they showed.
 *
 * @module
 */
import type {
  InputBoxOptions,
  NotificationOptions,
  QuickPickItem,
  StatusBarItem,
  Theme,
  UIAPI,
} from 'alma-plugin-api'
import type {AlmaUi} from '../../../src/hosts/alma/alma-api.ts'
import {createEmitter} from './emitter.ts'
import {createOAuthFlow, type OAuthFlowMode} from './oauth-flow.ts'
import type {RequirePermission} from './permissions.ts'
import type {User} from './user.ts'

/** A toast. */
export interface Notification {
  readonly message: string
  readonly type: NonNullable<NotificationOptions['type']>
  /** Label of the button, when there is one. */
  readonly action?: string
}

/** Everything the user has seen, oldest first. */
export interface Seen {
  readonly notifications: Notification[]
  readonly inputBoxes: InputBoxOptions[]
  /** What was in lists to pick from. */
  readonly quickPicks: QuickPickItem<unknown>[]
  /** What an input box said about a text that it did not accept. */
  readonly refusals: string[]
  readonly confirmations: string[]
  /** Titles and messages of progress bars. */
  readonly progress: string[]
  /** URLs the system's browser was asked to open. */
  readonly opened: string[]
  readonly statusBar: StatusBarItem[]
}

/** A part of the dialogs that a version of the host may not have. */
export type UiFunction = Extract<keyof AlmaUi, string>

/** How the dialogs behave. */
export interface UiOptions {
  readonly user: User
  readonly oauthFlow: OAuthFlowMode
  readonly without: readonly UiFunction[]
  readonly opensBrowser: boolean
  readonly requirePermission: RequirePermission
}

/** The screen before anything was shown. */
export function createSeen(): Seen {
  return {
    notifications: [],
    inputBoxes: [],
    quickPicks: [],
    refusals: [],
    confirmations: [],
    progress: [],
    opened: [],
    statusBar: [],
  }
}

/** Creates the dialogs of one activation; what they show is added to `seen`. */
export function createUi(seen: Seen, options: UiOptions): AlmaUi {
  const {user, requirePermission} = options
  const startOAuthFlow = createOAuthFlow(options.oauthFlow, user)
  const ui: AlmaUi = {
    ...createMessages(seen, requirePermission),
    showInputBox: async (box = {}) => {
      seen.inputBoxes.push(box)
      return typeInto(box, {
        typed: await user.type?.(box, seen.opened.at(-1)),
        refusals: seen.refusals,
      })
    },
    showQuickPick: async (items) => {
      // The dialogs are in another process.
      const copies = structuredClone(items)
      seen.quickPicks.push(...copies)
      const label = user.pick?.(copies)
      return copies.find((item) => item.label === label)?.value
    },
    showConfirmDialog: async (message, confirmOptions) => {
      seen.confirmations.push(message)
      return user.confirm?.(message, confirmOptions) ?? false
    },
    withProgress: async ({title}, task) => {
      seen.progress.push(title)
      const report = ({message}: {message?: string}) => {
        if (message !== undefined) seen.progress.push(message)
      }
      return task({report}, {isCancellationRequested: false})
    },
    createStatusBarItem: () => createStatusBarItem(seen),
    theme: {
      current: {id: 'dark', name: 'Dark', type: 'dark'},
      onChange: createEmitter<Theme>().event,
    },
    openExternal: async (url) => {
      seen.opened.push(url)
      return options.opensBrowser || undefined
    },
    ...(startOAuthFlow && {startOAuthFlow}),
  }
  const kept = Object.entries(ui).filter(([name]) => !options.without.some((one) => one === name))
  return Object.fromEntries(kept) as unknown as AlmaUi
}

function createMessages(
  seen: Seen,
  requirePermission: RequirePermission,
): Pick<UIAPI, 'showError' | 'showNotification' | 'showWarning'> {
  return {
    showNotification: (message, {type = 'info', action} = {}) => {
      requirePermission('notifications')
      seen.notifications.push({message, type, ...(action && {action: action.label})})
    },
    showError: (message) => void seen.notifications.push({message, type: 'error'}),
    showWarning: (message) => void seen.notifications.push({message, type: 'warning'}),
  }
}

/** Types each text key by key, and submits the first one that the box accepts. */
function typeInto(
  {validateInput}: InputBoxOptions,
  {typed, refusals}: {typed: string | readonly string[] | undefined; refusals: string[]},
): string | undefined {
  const texts = typeof typed === 'string' ? [typed] : (typed ?? [])
  return texts.find((text) => {
    for (let length = 0; length < text.length; length++) validateInput?.(text.slice(0, length))
    const refusal = validateInput?.(text)
    if (refusal) refusals.push(refusal)
    return !refusal
  })
}

function createStatusBarItem(seen: Seen): StatusBarItem {
  const item: StatusBarItem = {
    text: '',
    show: () => void seen.statusBar.push(item),
    hide: () => void seen.statusBar.splice(seen.statusBar.indexOf(item), 1),
    dispose: () => item.hide(),
  }
  return item
}
