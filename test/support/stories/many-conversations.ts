/**
 * Many conversations at the same time, over three accounts.
 *
 * @module
 */
import {startStory, type Story} from './start-story.ts'

/** The accounts, in order. */
const EMAILS = ['ada@example.com', 'bob@example.com', 'cyd@example.com'] as const

/** How the conversations go. */
export interface ManyConversations {
  /** Value of the setting. */
  readonly strategy: string
  readonly conversations: number
  /** Questions in each. */
  readonly turns: number
  /** After how many answers Ada has spent her quota. Default: never. */
  readonly adaAnswers?: number
}

/** What came of it. */
export interface ManyConversationsResult {
  /** Answers without a text. */
  readonly unanswered: number
  /** For each conversation, the accounts that answered it, in order, each change once. */
  readonly ways: readonly (readonly string[])[]
  /** How much of all input tokens was cached, 0 to 100. */
  readonly cachedPercent: number
  /** How often the backend gave each status. */
  readonly statuses: Readonly<Record<string, number>>
  /** What the user was told. */
  readonly notifications: readonly string[]
}

/** Has them all. The first questions come at the same moment, and then the second ones. */
export async function haveManyConversations({
  adaAnswers,
  conversations,
  strategy,
  turns,
}: ManyConversations): Promise<ManyConversationsResult> {
  const story = await startStoryOfThree(adaAnswers)
  story.host.changeSetting('openaiCodex.accountStrategy', strategy)
  const {fetch, baseURL} = await story.host.provider().getSDKConfig()
  const send = async (body: string) => fetch(`${baseURL}/responses`, {method: 'POST', body})
  const talks = Array.from({length: conversations}, (_, number) => createTalk(`talk-${number}`))
  for (let turn = 1; turn <= turns; turn += 1) {
    await Promise.all(talks.map(async (talk) => ask(talk, {turn, send})))
    for (const talk of talks) talk.accounts.push(findAccount(talk, story))
  }
  const {notifications} = story.host.seen
  return {
    unanswered: talks.flatMap(({texts}) => texts).filter((text) => text === '').length,
    ways: talks.map(({accounts}) => accounts.filter((email, at) => email !== accounts[at - 1])),
    cachedPercent: toCachedPercent(story),
    statuses: story.simulator.counts.responses ?? {},
    notifications: notifications
      .map(({message}) => message)
      .filter((message) => message.includes('takes over')),
  }
}

async function startStoryOfThree(adaAnswers: number | undefined): Promise<Story> {
  const percentPerRequest = adaAnswers === undefined ? 0 : 100 / adaAnswers
  const logins: string[] = [...EMAILS]
  const story = await startStory({
    simulator: {
      accounts: EMAILS.map((email, index) => ({
        email,
        windows: [{minutes: 300, percentPerRequest: index === 0 ? percentPerRequest : 0}],
      })),
    },
    user: (simulator) => ({
      browse: async (url) => simulator.approve(url, {email: logins.shift() ?? ''}),
    }),
  })
  // One after the other: it is the order of the accounts.
  while (logins.length > 0) await story.host.connect()
  await story.host.provider().refreshQuotas()
  return story
}

/** One conversation. */
interface Talk {
  readonly key: string
  readonly history: unknown[]
  /** The text of each answer. */
  readonly texts: string[]
  /** Who gave each answer. */
  readonly accounts: string[]
}

function createTalk(key: string): Talk {
  return {key, history: [], texts: [], accounts: []}
}

/** Asks the next question, with all that was said before. */
async function ask(
  {key, history, texts}: Talk,
  {turn, send}: {turn: number; send: (body: string) => Promise<Response>},
): Promise<void> {
  const text = `Question ${turn} of ${key}. ${'It has some length. '.repeat(20)}`
  history.push({role: 'user', content: [{type: 'input_text', text}]})
  const body = {model: 'gpt-5.2', prompt_cache_key: key, input: history}
  const response = await send(JSON.stringify(body))
  const {output = []} = (await response.json()) as {output?: readonly OutputItem[]}
  history.push(...output)
  texts.push(output.flatMap(({content = []}) => content.map((part) => part.text)).join(''))
}

/** Who answered last. */
function findAccount({key}: Talk, {simulator}: Story): string {
  const answered = simulator.requests.findLast(
    (request) => request.status === 200 && keyOf(request.body) === key,
  )
  return answered?.account ?? ''
}

interface OutputItem {
  readonly content?: readonly {readonly text: string}[]
}

function keyOf(body: unknown): unknown {
  return (body as {prompt_cache_key?: unknown} | undefined)?.prompt_cache_key
}

function toCachedPercent({simulator}: Story): number {
  const tokens = Object.values(simulator.tokens)
  const input = tokens.reduce((sum, one) => sum + one.input, 0)
  const cached = tokens.reduce((sum, one) => sum + one.cached, 0)
  return (100 * cached) / input
}
