/**
 * What the arguments for the Codex CLI ask for.
 *
 * @module
 */

/** Options of the CLI whose next argument is their value (0.169.0). */
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
  '--sandbox',
])

/** Commands of the CLI that draw on the terminal, as it does without a command. */
const DRAWING: ReadonlySet<string> = new Set(['fork', 'resume'])

/** Commands of the CLI that do not. */
const PLAIN: ReadonlySet<string> = new Set([
  'a',
  'app',
  'app-server',
  'apply',
  'cloud',
  'completion',
  'debug',
  'e',
  'exec',
  'exec-server',
  'features',
  'help',
  'login',
  'logout',
  'mcp',
  'mcp-server',
  'plugin',
  'review',
  'sandbox',
  'update',
])

/** Whether the CLI draws on the terminal, so that it needs a real one for its output. */
export function isDrawing(args: readonly string[]): boolean {
  const command = findCommand(args)
  if (command !== undefined && DRAWING.has(command)) return true
  return command === undefined || !PLAIN.has(command)
}

/** Whether `codex exec` writes its events to standard output, as JSON. */
export function hasJsonEvents(args: readonly string[]): boolean {
  return args.includes('--json') || args.includes('--experimental-json')
}

/** The first word that is no option, and no value of one; it may be a prompt. */
function findCommand(args: readonly string[]): string | undefined {
  return args.find((arg, index) => !arg.startsWith('-') && !WITH_VALUE.has(args[index - 1] ?? ''))
}
