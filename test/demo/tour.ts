/**
 * What the demo shows, in order.
 *
 * @module
 */
import type {ToolSet} from 'ai-v6'
import * as z from 'zod'
import {startAlmaHost, type AlmaHost} from '../support/stories/alma-host.ts'
import {emphasize, heading, say, table} from './screen.ts'
import {showAnswer} from './show-answer.ts'
import type {Visitor} from './visitor.ts'

/** The model the README names. */
const MODEL = 'gpt-6.2-sol'
const QUESTION = 'Hello from Alma! Which model are you?'
const LIMIT_QUESTION = 'And what when my limit is reached?'
const KIND_QUESTION = 'And when the second one is spent, too?'
const TOOL_QUESTION = 'What is the weather? Use the tool weather {"city": "Lisbon"}'

/**
 * Connects, lists the models, asks one question, lets the model call one tool, and moves on to a second
 * account, and then to another kind of login, where they can be had for nothing.
 *
 * @throws {Error} A step failed; the message is a sentence.
 */
export async function takeTour(visitor: Visitor, signal: AbortSignal): Promise<void> {
  console.log(emphasize('bold', 'OpenAI Codex Auth'))
  for (const line of visitor.introduction) console.log(line)
  const {environment, user} = visitor
  const host = await startAlmaHost({environment, user, oauthFlow: 'loopback'})
  try {
    await connect(host)
    await listModels(host)
    heading(3, `Ask openai-codex:${MODEL}`)
    await converse(host, {visitor, signal, question: QUESTION})
    heading(4, 'Let it use a tool')
    const calls = await converse(host, {visitor, signal, question: TOOL_QUESTION})
    if (calls === 0) throw new Error('The model answered without the tool.')
    if (visitor.spendQuota) {
      await changeAccount(host, {visitor, signal, question: LIMIT_QUESTION})
      await changeKind(host, {visitor, signal, question: KIND_QUESTION})
    }
  } finally {
    host.stop()
  }
}

async function connect(host: AlmaHost): Promise<void> {
  heading(1, 'Connect: Settings > Providers > OpenAI Codex (ChatGPT) > Connect')
  const {success, error} = await host.connect()
  if (!success) throw new Error(error ?? 'The login failed.')
  const [account] = await host.accounts()
  const plan = account?.label === undefined ? '' : ` (${account.label})`
  say(emphasize('green', `Logged in as ${account?.email ?? 'a ChatGPT account'}${plan}`))
}

/** The second account answers the same question, and the user is told. */
async function changeAccount(host: AlmaHost, conversation: Conversation): Promise<void> {
  heading(5, 'Connect a second account, and let the first reach its usage limit')
  const {success, error} = await host.connect()
  if (!success) throw new Error(error ?? 'The login failed.')
  conversation.visitor.spendQuota?.()
  const seen = host.seen.notifications.length
  await converse(host, conversation)
  for (const {message} of host.seen.notifications.slice(seen)) say(emphasize('green', message))
}

/** The other kind of login takes over, when those of Codex are at their limits. */
async function changeKind(host: AlmaHost, conversation: Conversation): Promise<void> {
  heading(6, 'Add the other kind of login, “Sign in with ChatGPT”, and spend the second one')
  await host.run('openai-codex-auth.loginAsApp')
  conversation.visitor.spendQuota?.()
  const seen = host.seen.notifications.length
  await converse(host, conversation)
  for (const {message} of host.seen.notifications.slice(seen)) say(emphasize('green', message))
}

async function listModels(host: AlmaHost): Promise<void> {
  // The host's button asks for the list at once; without it, the list comes in the background.
  await host.provider().fetchModels()
  const models = await host.models()
  heading(2, `Choose: the selector lists ${models.length} models`)
  table([
    ['id', 'name', 'context'],
    ...models.map(({id, name, contextWindow}) => [
      `openai-codex:${id}`,
      name,
      `${Math.round(contextWindow / 1000)}K`,
    ]),
  ])
}

interface Conversation {
  readonly visitor: Visitor
  readonly question: string
  readonly signal: AbortSignal
}

/** Asks, shows the answer, and returns how many tool calls there were. */
async function converse(host: AlmaHost, conversation: Conversation): Promise<number> {
  const {visitor, question, signal} = conversation
  say(`You: ${question}`)
  const {ai} = await host.sdk(6)
  const weather = ai.tool({
    description: 'Looks up the weather of a city',
    inputSchema: z.object({city: z.string()}),
    execute: async ({city}) => `${city}: sunny, 24 degrees`,
  })
  const tools: ToolSet = {weather}
  const {fullStream, steps} = ai.streamText({
    model: await host.languageModel(6, MODEL),
    prompt: question + visitor.hint,
    abortSignal: signal,
    tools,
    stopWhen: ai.stepCountIs(4),
    onError: () => undefined,
  })
  await showAnswer(fullStream)
  const finished = await steps
  return finished.reduce((calls, step) => calls + step.toolCalls.length, 0)
}
