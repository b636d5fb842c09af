/**
 * The view of what is used, in the side bar.
 *
 * @module
 */
import {toAccountTitle} from '../../../accounts/account-title.ts'
import {
  describeState,
  findBlock,
  type KnownAccount,
} from '../../../accounts/choice/describe-account.ts'
import {toLocalTime} from '../../../base/local-time.ts'
import {listAccounts, type AccountListOptions} from '../accounts/account-list.ts'
import {WORDS} from '../explain-error.ts'
import {readHistory, sumBy, type NotedAnswer, type TokenSum} from '../history/read-history.ts'
import {toUsageRows} from './describe-usage.ts'

/** Something in the tree. */
export interface UsageNode {
  readonly label: string
  readonly description?: string
  /** Name of an icon of the editor. */
  readonly icon?: string
  readonly children?: readonly UsageNode[]
}

/** Where accounts and answers are kept. */
export interface ListUsageOptions extends AccountListOptions {
  /** The folder of the history. */
  readonly historyFolder: string
}

/** The length of a bar: the side bar is narrow. */
const PIECES = 5

/** How many conversations are listed. */
const CONVERSATIONS = 20

/**
 * Lists the accounts with their limits, then the tokens of the last days and of the latest conversations.
 *
 * @throws {Error} The accounts or the history cannot be read.
 */
export async function listUsage(options: ListUsageOptions): Promise<readonly UsageNode[]> {
  const [accounts, answers] = await Promise.all([
    listAccounts(options),
    readHistory(options.historyFolder),
  ])
  const history = answers.length === 0 ? [] : [toDays(answers), toConversations(answers)]
  return [...accounts.map(toAccountNode), ...history]
}

function toAccountNode(known: KnownAccount): UsageNode {
  return {
    label: toAccountTitle(known.account),
    description: describeState(known, WORDS.log_in_again),
    icon: findBlock(known) ? 'warning' : 'account',
    children: toUsageRows(known, PIECES).map(({bar, text}) =>
      bar === undefined ? {label: text} : {label: bar, description: text},
    ),
  }
}

/** Newest first. */
function toDays(answers: readonly NotedAnswer[]): UsageNode {
  const days = [...sumBy(answers, ({atMs}) => toDay(atMs))].toReversed()
  return {
    label: 'Last days',
    icon: 'history',
    children: days.map(([day, sum]) => ({
      label: day,
      description: describeSum(sum),
      children: toModels(answers.filter(({atMs}) => toDay(atMs) === day)),
    })),
  }
}

/** The one that was asked last comes first. */
function toConversations(answers: readonly NotedAnswer[]): UsageNode {
  const groups = new Map<string, readonly NotedAnswer[]>()
  for (const answer of answers) {
    const key = answer.conversation ?? ''
    const group = groups.get(key) ?? []
    groups.delete(key)
    groups.set(key, [...group, answer])
  }
  const latest = [...groups].toReversed().slice(0, CONVERSATIONS)
  return {
    label: 'Conversations',
    icon: 'comment-discussion',
    children: latest.map(([conversation, group]) => ({
      label: conversation === '' ? 'Titles and other extensions' : toLocalTime(group[0]!.atMs),
      description: describeSum(sumBy(group, () => '').get('')!),
      children: toModels(group),
    })),
  }
}

function toModels(answers: readonly NotedAnswer[]): readonly UsageNode[] {
  return [...sumBy(answers, ({model}) => model)].map(([model, sum]) => ({
    label: model,
    description: describeSum(sum),
  }))
}

function describeSum({answers, cached, input, output}: TokenSum): string {
  const count = `${answers} ${answers === 1 ? 'answer' : 'answers'}`
  return `${toCount(input + output)} tokens, ${count}: ${toCount(input)} read (${toCount(cached)} cached), ${toCount(output)} written`
}

/** For example `18.3K`. */
function toCount(tokens: number): string {
  return new Intl.NumberFormat('en', {notation: 'compact', maximumFractionDigits: 1}).format(tokens)
}

function toDay(atMs: number): string {
  return new Date(atMs).toLocaleDateString(undefined, {dateStyle: 'medium'})
}
