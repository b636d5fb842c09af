/**
 * What the arguments for the Codex CLI ask for.
 *
 * @module
 */

/** Options of the CLI whose next argument is their value (0.169.0, 0.171.0). */
const WITH_VALUE: ReadonlySet<string> = new Set([
  '-C',
  '-a',
  '-c',
  '-i',
  '-m',
  '-p',
  '-s',
  '--add-dir',
  '--ask-for-approval',
  '--cd',
  '--config',
  '--disable',
  '--enable',
  '--image',
  '--local-provider',
  '--model',
  '--profile',
  '--remote',
  '--remote-auth-token-env',
  '--sandbox',
])

/** Commands of the CLI that draw on the terminal, as it does without a command. */
const DRAWING: ReadonlySet<string> = new Set(['fork', 'resume'])

/** The feature that starts a background server (0.169.0 and 0.171.0). */
const DAEMON = 'daemon_auto_start'

/** Starts the interactive screen without one (0.169.0 and 0.171.0). */
const NO_DAEMON = '--no-daemon'

/** Options that make the CLI do without its background server, or name another one. */
const EMBEDDED = /^(?:--no-daemon|--remote(?:=.*)?)$/

/** Settings that may not be typed: with another value, the CLI logs out, or puts the login elsewhere. */
const LOGIN_SETTINGS: ReadonlyMap<string, string | undefined> = new Map([
  ['cli_auth_credentials_store', 'file'],
  ['forced_chatgpt_workspace_id', undefined],
  ['forced_login_method', 'chatgpt'],
])

/** Commands of the CLI that do not draw. */
const PLAIN: ReadonlySet<string> = new Set([
  'a',
  'app',
  'app-server',
  'apply',
  'archive',
  'cloud',
  'completion',
  'debug',
  'delete',
  'doctor',
  'e',
  'exec',
  'exec-server',
  'features',
  'help',
  'login',
  'logout',
  'mcp',
  'mcp-server',
  'migrate-nfs-db',
  'migrate-rollouts',
  'plugin',
  'queue',
  'remote-control',
  'review',
  'sandbox',
  'unarchive',
  'update',
])

/** Whether the CLI draws on the terminal, so that it needs a real one for its output. */
export function isDrawing(args: readonly string[]): boolean {
  const command = findCommand(args)
  if (command !== undefined && DRAWING.has(command)) return true
  return command === undefined || !PLAIN.has(command)
}

/**
 * The arguments with what keeps the interactive screen from starting a background server: that copies 400 MB into
 * the CODEX_HOME, lives on for ever, and goes on with the login of its start. One that is running already is not
 * used; a setting would not do, because the CLI then refuses any. The management of those servers is left as it is.
 */
export function withoutDaemon(args: readonly string[]): readonly string[] {
  const isOpen = isDrawing(args) && findCommand(args) !== 'agents'
  const isTyped = toOptions(args).some((arg) => EMBEDDED.test(arg) || arg.includes(DAEMON))
  return isOpen && !isTyped ? [NO_DAEMON, ...args] : args
}

/** The setting among the arguments with which the CLI would not keep the login, as it was typed. */
export function findLoginSetting(args: readonly string[]): string | undefined {
  return toOptions(args)
    .flatMap((arg, index, all) => {
      if (arg === '-c' || arg === '--config') return all[index + 1] ?? []
      return /^(?:-c|--config=)(.+)$/.exec(arg)?.[1] ?? []
    })
    .find((setting) => {
      const [name = '', value = ''] = setting.split(/=(.*)/s).map((part) => part.trim())
      const key = name.replaceAll(/["']/g, '')
      return LOGIN_SETTINGS.has(key) && LOGIN_SETTINGS.get(key) !== value.replaceAll(/["']/g, '')
    })
}

/** Whether the CLI is to log in. */
export function isLogin(args: readonly string[]): boolean {
  const options = toOptions(args)
  const isHelp = options.some((arg) => /^(?:-h|--help|status|help)$/.test(arg))
  return findCommand(args) === 'login' && !isHelp
}

/** Whether the CLI is to log out. */
export function isLogout(args: readonly string[]): boolean {
  return findCommand(args) === 'logout'
}

/** Whether `codex exec` writes its events to standard output, as JSON. */
export function hasJsonEvents(args: readonly string[]): boolean {
  return args.includes('--json') || args.includes('--experimental-json')
}

/** What stands before `--`: after it, everything is a prompt. */
function toOptions(args: readonly string[]): readonly string[] {
  const end = args.indexOf('--')
  return end === -1 ? args : args.slice(0, end)
}

/** The first word that is no option, and no value of one; it may be a prompt. */
function findCommand(args: readonly string[]): string | undefined {
  return args.find((arg, index) => !arg.startsWith('-') && !WITH_VALUE.has(args[index - 1] ?? ''))
}
