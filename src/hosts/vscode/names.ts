/**
 * The names under which the editor knows the extension, in one place: the manifest is made from them.
 *
 * @module
 */

/** The extension, as the marketplace calls it. */
export const EXTENSION = {
  publisher: 'openai-codex-auth',
  name: 'openai-codex-auth',
  displayName: 'OpenAI Codex Auth',
} as const

/** The vendor of the models, and the id of the authentication provider. */
export const VENDOR = 'openai-codex'

/** What users see where the editor groups models by their vendor. */
export const VENDOR_NAME = 'OpenAI Codex (ChatGPT)'

/** What the id of each command begins with; its name in {@link COMMANDS} follows. */
export const COMMAND_PREFIX = 'openaiCodex.'

/** The ids of the commands. Users may have bound keys to them, so they stay as they are. */
export const COMMANDS = {
  logIn: 'openaiCodex.logIn',
  logInAnotherWay: 'openaiCodex.logInAnotherWay',
  logOut: 'openaiCodex.logOut',
  switchAccount: 'openaiCodex.switchAccount',
  manageAccounts: 'openaiCodex.manageAccounts',
  showStatus: 'openaiCodex.showStatus',
  explainAccount: 'openaiCodex.explainAccount',
  importLogin: 'openaiCodex.importLogin',
  openChat: 'openaiCodex.openChat',
  useForTitles: 'openaiCodex.useForTitles',
  manage: 'openaiCodex.manage',
  openSettings: 'openaiCodex.openSettings',
  showLog: 'openaiCodex.showLog',
} as const

/** Set while an account is logged in; conditions of the manifest ask for it. */
export const LOGGED_IN_CONTEXT = 'openaiCodex.loggedIn'

/** Set once a model of ours has answered in this window. */
export const ANSWERED_CONTEXT = 'openaiCodex.answered'

/** The editor's own setting: what answers when it needs a title, and a model of another vendor is in the chat. */
export const UTILITY_SETTING = 'chat.byokUtilityModelDefault'

/** The view of the side bar that shows what is used, and the place it is in. */
export const USAGE_VIEW = 'openaiCodex.usage'

/** Path of the addresses that the editor hands to the extension, see `login-ladder.ts`. */
export const URI_PATH = '/auth/callback'

/** The one scope of the accounts: without any, the Accounts menu keeps asking after a login. */
export const SCOPE = 'codex'
