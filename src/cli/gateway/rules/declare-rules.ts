/**
 * The declarations of what the user wants of the gateway beyond its settings: reserves, messages, budgets, overflow, and
 * why.
 *
 * @module
 */
import {InvalidArgumentError, Option, type Command} from 'commander'
import type {Budget, MessageTopic} from '../../../gateway/rules/rules.ts'
import type {Run} from '../../action.ts'
import {createNumberOption} from '../../number-option.ts'
import type {RuleCommand} from './run-rule-command.ts'

const DAY_SECONDS = 86_400

/** Windows that users have a word for, in seconds. */
const WINDOWS: Readonly<Record<string, number>> = {
  daily: DAY_SECONDS,
  weekly: 7 * DAY_SECONDS,
  monthly: 30 * DAY_SECONDS,
}

/** Adds the commands to those of the gateway. */
export function declareGatewayRules(gateway: Command, run: Run): void {
  const act = (called: Command, command: RuleCommand) =>
    run(called, async (cli) => {
      const {runRuleCommand} = await import('./run-rule-command.ts')
      return runRuleCommand(cli, command)
    })
  declareReserve(gateway, act)
  declareNotify(gateway, act)
  declareBudget(gateway, act)
  declareOverflow(gateway, act)
  gateway
    .command('why [request]')
    .description('say why an account answered: the last requests, or the one with this id')
    .option('--json', 'as JSON, with all that is kept of it')
    .action((request: string | undefined, {json}: {readonly json?: boolean}, called: Command) =>
      act(called, {topic: 'why', request, isJson: json === true}),
    )
}

type Act = (called: Command, command: RuleCommand) => Promise<void>

function declareReserve(gateway: Command, act: Act): void {
  const reserve = gateway
    .command('reserve')
    .description('keep a part of an account, for interactive use or for later')
  reserve
    .command('set <account>')
    .description('keep a part of a window of the account, or hold it to an even pace')
    .addOption(
      createPercentOption('--keep <percent>', 'how much of the window is kept (default: 0)'),
    )
    .option('--pace', 'hold use to an even pace, so that the window lasts until its reset')
    .addOption(createWindowOption().default(WINDOWS['weekly'], 'weekly'))
    .addOption(
      new Option('--from <whom>', 'whose requests may not use it')
        .choices(['background', 'everybody'])
        .default('background'),
    )
    .action((account: string, options: ReserveOptions, called: Command) =>
      act(called, {
        topic: 'reserve',
        kind: 'set-reserve',
        account,
        windowSeconds: options.window,
        keepPercent: options.keep ?? 0,
        isPaced: options.pace === true,
        from: options.from,
      }),
    )
  reserve
    .command('list')
    .description('show what is kept, and how much of it is left')
    .action((_: object, called: Command) => act(called, {topic: 'reserve', kind: 'list'}))
  reserve
    .command('remove <account>')
    .description('keep nothing of the account any more')
    .addOption(createWindowOption('only what is kept of this window (default: all)'))
    .action((account: string, {window}: {readonly window?: number}, called: Command) =>
      act(called, {topic: 'reserve', kind: 'remove-reserve', account, windowSeconds: window}),
    )
  reserve
    .command('go-on <account>')
    .description('go on once: use for a while what is kept of the account')
    .addOption(createHoursOption().default(1))
    .action((account: string, {for: hours}: {readonly for: number}, called: Command) =>
      act(called, {topic: 'reserve', kind: 'go-on', account, hours}),
    )
}

function declareNotify(gateway: Command, act: Act): void {
  const notify = gateway
    .command('notify')
    .description('tell a phone or a program when accounts are used up, back, or need a login')
  notify
    .command('add <url>')
    .description('send messages there: JSON to a webhook, or a text to ntfy')
    .addOption(new Option('--kind <kind>', 'how it is told').choices(['webhook', 'ntfy']))
    .addOption(
      new Option('--topics <list>', `which messages (default: ${TOPICS.join(',')})`).argParser(
        parseTopics,
      ),
    )
    .action((url: string, {kind, topics}: NotifyOptions, called: Command) =>
      act(called, {topic: 'notify', kind: 'add-receiver', url, as: kind, topics}),
    )
  notify
    .command('list')
    .description('show who is told')
    .action((_: object, called: Command) => act(called, {topic: 'notify', kind: 'list-receivers'}))
  notify
    .command('remove <id>')
    .description('send no more messages there')
    .action((id: string, _: object, called: Command) =>
      act(called, {topic: 'notify', kind: 'remove-receiver', id}),
    )
  notify
    .command('test [id]')
    .description('send a message now')
    .action((id: string | undefined, _: object, called: Command) =>
      act(called, {topic: 'notify', kind: 'test-receivers', id}),
    )
}

function declareBudget(gateway: Command, act: Act): void {
  const budget = gateway
    .command('budget')
    .description('how much the owner of client keys may use: keys named <name>@ada are of ada')
  budget
    .command('set <owner>')
    .description('let all keys of the owner together use so much')
    .addOption(
      new Option('--per <period>', 'in which time')
        .choices(['day', 'week', 'month'])
        .default('week'),
    )
    .addOption(createNumberOption('--requests <n>', 'how many requests', COUNT))
    .addOption(createNumberOption('--tokens <n>', 'how many tokens, in and out', COUNT))
    .action((owner: string, options: Omit<Budget, 'owner'>, called: Command) =>
      act(called, {topic: 'budget', kind: 'set-budget', owner, ...options}),
    )
  budget
    .command('list')
    .description('show the budgets')
    .action((_: object, called: Command) => act(called, {topic: 'budget', kind: 'list-budgets'}))
  budget
    .command('remove <owner>')
    .description('let the owner use as much as there is')
    .action((owner: string, _: object, called: Command) =>
      act(called, {topic: 'budget', kind: 'remove-budget', owner}),
    )
}

function declareOverflow(gateway: Command, act: Act): void {
  const overflow = gateway
    .command('overflow')
    .description('let an API key answer, for money, when every account has reached its limit')
  overflow
    .command('on')
    .description('ask OpenAI with an API key then, and never otherwise')
    .option('--key-file <path>', 'file with the key, which only you may read')
    .option('--key-variable <name>', 'variable of the environment of the gateway with the key')
    .addOption(
      createNumberOption(
        '--tokens-per-day <n>',
        'the most to pay for on one day, in and out',
        COUNT,
      ).makeOptionMandatory(),
    )
    .option('--base-url <url>', 'where the key is sent', 'https://api.openai.com/v1')
    .action((options: OverflowOptions, called: Command) => {
      const {baseUrl, keyFile, keyVariable, tokensPerDay} = options
      const wish = {keyFile, keyVariable, tokensPerDay, baseUrl}
      return act(called, {topic: 'overflow', kind: 'on', ...wish})
    })
  overflow
    .command('off')
    .description('spend no money')
    .action((_: object, called: Command) => act(called, {topic: 'overflow', kind: 'off'}))
  overflow
    .command('show')
    .description('show whether it is on')
    .action((_: object, called: Command) => act(called, {topic: 'overflow', kind: 'show'}))
}

interface OverflowOptions {
  readonly keyFile?: string
  readonly keyVariable?: string
  readonly tokensPerDay: number
  readonly baseUrl: string
}

interface NotifyOptions {
  readonly kind?: 'ntfy' | 'webhook'
  readonly topics?: readonly MessageTopic[]
}

/** The same as in the rules, which are not loaded for a declaration. */
const TOPICS: readonly MessageTopic[] = ['exhausted', 'back', 'login-needed', 'switched']

const COUNT = {least: 1, isWhole: true}

function parseTopics(text: string): readonly MessageTopic[] {
  return text.split(',').map((part) => {
    const topic = TOPICS.find((one) => one === part.trim())
    if (topic) return topic
    throw new InvalidArgumentError(`It must be some of ${TOPICS.join(',')}.`)
  })
}

interface ReserveOptions {
  readonly keep?: number
  readonly pace?: boolean
  readonly window: number
  readonly from: 'background' | 'everybody'
}

function createWindowOption(description = 'which window: 5h, daily, weekly, monthly'): Option {
  return new Option('--window <length>', description).argParser(parseWindow)
}

/** A word, or hours and days such as `5h` and `7d`; in seconds. */
function parseWindow(text: string): number {
  const known = WINDOWS[text.trim().toLowerCase()]
  if (known !== undefined) return known
  const [, count = '', unit] = /^\s*(\d{1,3})\s*(h|d)\s*$/i.exec(text) ?? []
  const seconds = Number(count) * (unit?.toLowerCase() === 'h' ? 3600 : DAY_SECONDS)
  if (seconds > 0) return seconds
  throw new InvalidArgumentError(
    'It must be 5h, daily, weekly, monthly, or hours or days such as 7d.',
  )
}

function createPercentOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text) => {
    const percent = /^\d{1,3}(?:\.\d+)?\s*%?$/.test(text.trim())
      ? Number.parseFloat(text)
      : Number.NaN
    if (percent >= 0 && percent <= 100) return percent
    throw new InvalidArgumentError('It must be a number from 0 to 100.')
  })
}

function createHoursOption(): Option {
  return new Option('--for <hours>', 'for how many hours').argParser((text) => {
    const hours = /^\d+(?:\.\d+)?\s*h?$/.test(text.trim()) ? Number.parseFloat(text) : Number.NaN
    if (hours > 0 && hours <= 744) return hours
    throw new InvalidArgumentError('It must be a number above 0, and at most 744.')
  })
}
