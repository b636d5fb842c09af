/**
 * What the demo shows, in order.
 *
 * @module
 */
import * as z from 'zod'
import {startAlmaHost, type AlmaHost} from '../support/alma-host.ts'
import {emphasize, heading, say, startFlow, table} from './screen.ts'
import type {Visitor} from './visitor.ts'

/** The model the README names. */
const MODEL = 'gpt-5.2-codex-high'
const QUESTION = 'In two sentences: why does a list read faster than a linked list?'
const TOOL_QUESTION = 'What is the weather in Lisbon? Use the weather tool.'

/**
 * Connects, lists the models, asks one question and lets the model call one tool.
 *
 * @throws {Error} A step failed; the message is a sentence.
 */
export async function takeTour(visitor: Visitor, signal: AbortSignal): Promise<void> {
  console.log(emphasize('bold', 'OpenAI Codex Auth'))
  for (const line of visitor.introduction) console.log(line)
  const {environment, person} = visitor
  const host = await startAlmaHost({environment, person, oauthFlow: 'loopback'})
  try {
    await connect(host)
    await listModels(host)
    await askQuestion(host, signal)
    await callTool(host, signal)
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
  say(emphasize('green', `Connected as ${account?.email ?? 'a ChatGPT account'}${plan}`))
}

async function listModels(host: AlmaHost): Promise<void> {
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

async function askQuestion(host: AlmaHost, signal: AbortSignal): Promise<void> {
  heading(3, `Ask openai-codex:${MODEL}`)
  say(`You: ${QUESTION}`)
  await converse(host, {prompt: QUESTION, signal})
}

async function callTool(host: AlmaHost, signal: AbortSignal): Promise<void> {
  heading(4, 'Let it use a tool')
  say(`You: ${TOOL_QUESTION}`)
  const calls = await converse(host, {prompt: TOOL_QUESTION, signal})
  if (calls === 0) throw new Error('The model answered without the tool.')
}

/** Asks, and shows reasoning, tool calls and answer as they arrive. Returns the number of calls. */
async function converse(
  host: AlmaHost,
  {prompt, signal}: {prompt: string; signal: AbortSignal},
): Promise<number> {
  const {ai} = await host.sdk(6)
  const result = ai.streamText({
    model: await host.languageModel(6, MODEL),
    prompt,
    abortSignal: signal,
    tools: {weather: ai.tool({description: WEATHER, inputSchema: place, execute: lookUp})},
    stopWhen: ai.stepCountIs(4),
    onError: () => undefined,
  })
  let calls = 0
  let flow = startFlow()
  for await (const part of result.fullStream) {
    switch (part.type) {
      case 'reasoning-start':
        say(emphasize('dim', 'It thinks:'))
        flow = startFlow('dim')
        break
      case 'text-start':
        say('It answers:')
        flow = startFlow()
        break
      case 'reasoning-delta':
      case 'text-delta':
        flow.add(part.text)
        break
      case 'reasoning-end':
      case 'text-end':
        flow.end()
        break
      case 'tool-call':
        calls++
        say(`It calls the tool ${part.toolName} with ${JSON.stringify(part.input)}`)
        break
      case 'tool-result':
        say(`The tool says ${JSON.stringify(part.output)}`)
        break
      case 'error':
        throw part.error
      case 'abort':
        throw new Error('The demo took too long, and was stopped.')
      default:
    }
  }
  return calls
}

const WEATHER = 'Looks up the weather of a city'
const place = z.object({city: z.string()})

async function lookUp(): Promise<string> {
  return 'sunny, 24 degrees'
}
