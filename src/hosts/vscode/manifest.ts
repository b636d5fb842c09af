/**
 * The extension's `package.json`, which the build writes.
 *
 * @module
 * @see {@link https://code.visualstudio.com/api/references/extension-manifest}
 */
import type {JsonObject} from '../../base/json-object.ts'
import {
  ANSWERED_CONTEXT,
  COMMANDS,
  EXTENSION,
  LOGGED_IN_CONTEXT,
  USAGE_VIEW,
  UTILITY_SETTING,
  VENDOR,
  VENDOR_NAME,
} from './names.ts'

/** What the manifest shares with the rest of the product. */
export interface ManifestOptions {
  readonly version: string
  readonly license: string
}

const CATEGORY = 'Codex'

/** Makes the manifest. */
export function createManifest({version, license}: ManifestOptions): JsonObject {
  return {
    ...EXTENSION,
    description:
      'Use the Codex models of your ChatGPT subscription in the chat of the editor, and from any extension that asks for a language model.',
    version,
    license,
    private: true,
    engines: {vscode: '^1.106.0'},
    categories: ['AI', 'Chat', 'Machine Learning'],
    keywords: ['codex', 'chatgpt', 'openai', 'language model', 'agent'],
    icon: 'icon.png',
    galleryBanner: {color: '#10231f', theme: 'dark'},
    main: './extension.js',
    // Near the user's browser where that is possible, so that it finds the way back from the login.
    extensionKind: ['ui', 'workspace'],
    capabilities: {untrustedWorkspaces: {supported: true}, virtualWorkspaces: true},
    // After everything else, for the status bar and the Accounts menu: nothing but registration.
    activationEvents: ['onStartupFinished', 'onUri'],
    contributes: {
      languageModelChatProviders: [
        {vendor: VENDOR, displayName: VENDOR_NAME, managementCommand: COMMANDS.manage},
      ],
      authentication: [{id: VENDOR, label: VENDOR_NAME}],
      commands: listCommands(),
      configuration: {title: VENDOR_NAME, properties: SETTINGS},
      walkthroughs: [WALKTHROUGH],
      viewsContainers: {
        activitybar: [{id: 'openaiCodex', title: 'Codex', icon: 'activity.svg'}],
      },
      views: {
        openaiCodex: [
          // Nothing is in the side bar of those who are not logged in.
          {id: USAGE_VIEW, name: 'Usage', icon: 'activity.svg', when: LOGGED_IN_CONTEXT},
        ],
      },
      menus: {
        'view/title': [
          {command: COMMANDS.showStatus, when: `view == ${USAGE_VIEW}`, group: 'navigation'},
          {command: COMMANDS.manageAccounts, when: `view == ${USAGE_VIEW}`, group: 'navigation'},
        ],
      },
    },
  }
}

function listCommands(): JsonObject[] {
  const titles: Record<keyof typeof COMMANDS, string> = {
    logIn: 'Log In',
    logInAnotherWay: 'Log In Another Way…',
    logOut: 'Log Out',
    switchAccount: 'Switch Account',
    manageAccounts: 'Accounts',
    showStatus: 'Status',
    explainAccount: 'Why This Account',
    importLogin: 'Import a Login',
    openChat: 'Open Chat',
    useForTitles: 'Use for Titles',
    manage: 'Manage',
    openSettings: 'Settings',
    showLog: 'Show Log',
  }
  const names = Object.entries(titles)
  return Object.entries(COMMANDS).map(([name, command]) => ({
    command,
    title: names.find(([other]) => other === name)?.[1],
    category: CATEGORY,
    ...(command === COMMANDS.showStatus && {icon: '$(refresh)'}),
    ...(command === COMMANDS.manageAccounts && {icon: '$(organization)'}),
  }))
}

/** The same settings as in the other hosts, and two that only an editor has. */
const SETTINGS: JsonObject = {
  'openaiCodex.reasoningSummary': {
    type: 'string',
    enum: ['auto', 'concise', 'detailed', 'none'],
    enumDescriptions: [
      'As much as the model finds useful.',
      'The main steps.',
      'Every step.',
      'None.',
    ],
    default: 'auto',
    description: "How much of the model's reasoning is shown.",
  },
  'openaiCodex.textVerbosity': {
    type: 'string',
    enum: ['model', 'low', 'medium', 'high'],
    default: 'model',
    enumDescriptions: ['The default of the model.', 'Short.', 'Medium.', 'Detailed.'],
    description: 'How long answers are.',
  },
  'openaiCodex.instructions': {
    type: 'string',
    default: '',
    scope: 'application',
    editPresentation: 'multilineText',
    description: "Replaces the extension's own instructions to the model. Empty keeps them.",
  },
  'openaiCodex.fastMode': {
    type: 'boolean',
    default: false,
    scope: 'application',
    description: 'Faster answers from the models that offer them. They use up the limits faster.',
  },
  'openaiCodex.webSocket': {
    type: 'string',
    enum: ['off', 'auto'],
    enumDescriptions: [
      'Requests go by HTTP.',
      'Conversations with tools or a second turn keep a WebSocket open, and send only what is new.',
    ],
    default: 'off',
    scope: 'application',
    description: 'How requests go to ChatGPT. Behind a proxy they go by HTTP.',
  },
  'openaiCodex.accountStrategy': {
    type: 'string',
    enum: ['order', 'mostLeft', 'roundRobin'],
    enumDescriptions: [
      'The first account that can answer.',
      'The account with the most left of its limits.',
      'Each account in turn.',
    ],
    default: 'order',
    scope: 'application',
    description: 'Which account a new conversation begins with, if there are several.',
  },
  'openaiCodex.sharedAccounts': {
    type: 'string',
    default: '',
    scope: 'application',
    description:
      'A folder of accounts to share with the command line and the official Codex CLI: true for ~/.codex-account-orchestrator, or an absolute path. Empty keeps to the accounts logged in here.',
  },
  'openaiCodex.warnAt': {
    type: 'string',
    default: '25, 10, 5',
    scope: 'application',
    description:
      'How much is left of a limit when you are warned, in percent. Each warning comes once per window; empty turns them off.',
  },
  'openaiCodex.models': {
    type: 'string',
    enum: ['live', 'all'],
    enumDescriptions: ['The models that your account has.', 'Older ones as well.'],
    default: 'live',
    scope: 'application',
    description: 'What the model picker lists.',
  },
  'openaiCodex.efforts': {
    type: 'string',
    enum: ['menu', 'entries'],
    enumDescriptions: [
      'In the menu of a model, beside its name.',
      'With one entry of the model picker for each effort.',
    ],
    default: 'menu',
    scope: 'application',
    description: 'How the reasoning effort is chosen.',
  },
  'openaiCodex.loginMethod': {
    type: 'string',
    enum: ['auto', 'browser', 'code', 'paste', 'app'],
    enumDescriptions: [
      'Whatever is most likely to work in this window.',
      'The browser hands the login over to this machine (ports 1455 and 1457).',
      'A short code is typed on any device.',
      'The address at the end of the login is pasted.',
      'By "Sign in with ChatGPT" (preview), which is another kind of login.',
    ],
    default: 'auto',
    scope: 'application',
    description: 'How "Codex: Log In" logs you in.',
  },
}

const WALKTHROUGH: JsonObject = {
  id: 'start',
  title: 'Start with Codex',
  description: 'Use the Codex models of your ChatGPT subscription in the chat of the editor.',
  steps: [
    {
      id: 'logIn',
      title: 'Log in to ChatGPT',
      description: `Your subscription pays for the answers; there is no API key.\n[Log In](command:${COMMANDS.logIn})\nIn a remote window, [another way](command:${COMMANDS.logInAnotherWay}) may be shorter.`,
      media: {markdown: 'walkthrough/log-in.md'},
      // Not when the button is pressed: the user may give up.
      completionEvents: [`onContext:${LOGGED_IN_CONTEXT}`],
    },
    {
      id: 'chooseModel',
      title: 'Ask in the chat',
      description: `This turns the chat on, and chooses the newest model.\n[Open Chat](command:${COMMANDS.openChat})\nOther models, and how much they think, are in the menus below the input.`,
      media: {markdown: 'walkthrough/choose-model.md'},
      // Not when the chat is opened: an answer shows that all of it works.
      completionEvents: [`onContext:${ANSWERED_CONTEXT}`],
    },
    {
      id: 'useForTitles',
      title: 'Let it write titles as well',
      description: `The editor also asks a model for the titles of chats and for what it says while it waits. Unless you choose one, it asks GitHub Copilot's.\n[Use Codex](command:${COMMANDS.useForTitles})`,
      media: {markdown: 'walkthrough/use-for-titles.md'},
      completionEvents: [`onSettingChanged:${UTILITY_SETTING}`],
    },
    {
      id: 'seeLimits',
      title: 'See what is left',
      description: `The status bar names the account that answers, and what is left of its limits.\n[Show Status](command:${COMMANDS.showStatus})`,
      media: {markdown: 'walkthrough/see-limits.md'},
      completionEvents: [`onCommand:${COMMANDS.showStatus}`],
    },
  ],
}
