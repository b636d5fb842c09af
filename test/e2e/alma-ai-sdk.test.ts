import type {TextStreamPart, ToolSet} from 'ai-v6'
import {describe, expect, test} from 'vitest'
import * as z from 'zod'
import type {AiSdkMajor} from '../support/alma/ai-sdk.ts'
import {SENTENCE} from '../support/sentence.ts'
import {startStory, type Story} from '../support/stories/start-story.ts'
import {eventually} from '../support/eventually.ts'

const MODEL = 'gpt-5.2-codex-high'
const LOOK_UP = 'Use the tool weather {"city": "Lisbon"}'

/** The decoded bodies of every `/responses` request, oldest first. */
function bodiesOf({simulator}: Story): Record<string, unknown>[] {
  return simulator.requests
    .filter(({path, method}) => method === 'POST' && path.endsWith('/codex/responses'))
    .map(({body}) => body as Record<string, unknown>)
}

function typesOf(input: unknown): unknown[] {
  return (input as {type?: unknown; role?: unknown}[]).map(({type, role}) => type ?? role)
}

async function collect<Tools extends ToolSet>(parts: AsyncIterable<TextStreamPart<Tools>>) {
  const all: TextStreamPart<Tools>[] = []
  for await (const part of parts) all.push(part)
  const textOf = (type: 'reasoning-delta' | 'text-delta') =>
    all.flatMap((part) => (part.type === type ? [part.text] : []))
  return {all, text: textOf('text-delta'), reasoning: textOf('reasoning-delta')}
}

async function prepare(major: AiSdkMajor, model = MODEL) {
  const story = await startStory({connected: true})
  const {ai} = await story.host.sdk(major)
  return {story, ai, model: await story.host.languageModel(major, model)}
}

describe.each([5, 6, 7] as const)('AI SDK %i', (major) => {
  test('streamText gets reasoning and text while they are written', async () => {
    const {story, ai, model} = await prepare(major)

    const {fullStream} = ai.streamText({model, prompt: 'Hello [simulator deltas=5]'})
    const {text, reasoning} = await collect(fullStream)

    expect(text).toHaveLength(5)
    expect(reasoning.join('')).not.toBe('')
    expect(bodiesOf(story)).toMatchObject([
      {
        model: 'gpt-5.2-codex',
        reasoning: {effort: 'high', summary: 'auto'},
        store: false,
        stream: true,
      },
    ])
  })

  test('generateText gets the same answer whole', async () => {
    const {story, ai, model} = await prepare(major)

    const result = await ai.generateText({model, prompt: 'Hello [simulator deltas=5]'})

    expect(result.text).not.toBe('')
    expect(result.finishReason).toBe('stop')
    expect(result.usage.outputTokens).toBeGreaterThan(0)
    expect(bodiesOf(story)).toMatchObject([{stream: true}])
  })

  test('generateObject with an optional property is not asked for strictly', async () => {
    const {story, ai, model} = await prepare(major)
    const schema = z.object({
      city: z.string(),
      mail: z
        .string()
        .regex(/^(?!no)/)
        .optional(),
    })

    const {object} = await ai.generateObject({model, schema, prompt: 'Where?'})

    expect(object.city).toBeTypeOf('string')
    const [body] = bodiesOf(story)
    expect(body).toMatchObject({text: {format: {type: 'json_schema', strict: false}}})
    expect(JSON.stringify(body?.['text'])).not.toContain('"pattern"')
  })

  test.each([undefined, false])('a tool round trip works with store %s', async (store) => {
    const {story, ai, model} = await prepare(major)
    const weather = ai.tool({
      description: 'Looks up the weather',
      inputSchema: z.object({city: z.string()}),
      execute: async ({city}) => `${city}: sunny`,
    })

    const {fullStream} = ai.streamText({
      model,
      prompt: LOOK_UP,
      tools: {weather},
      stopWhen: ai.stepCountIs(3),
      ...(store !== undefined && {providerOptions: {openai: {store}}}),
    })
    const {all, text} = await collect(fullStream)

    expect(all.find(({type}) => type === 'tool-result')).toMatchObject({output: 'Lisbon: sunny'})
    expect(text.join('')).not.toBe('')
    const [, second] = bodiesOf(story)
    const items = typesOf(second?.['input'])
    expect(items).toEqual(expect.arrayContaining(['function_call', 'function_call_output']))
    expect(items).not.toContain('item_reference')
  })

  test('a second turn carries the first answer, in full', async () => {
    const {story, ai, model} = await prepare(major)
    const first = ai.streamText({model, prompt: 'Say a word'})
    const {messages} = await first.response

    await collect(
      ai.streamText({
        model,
        messages: [
          {role: 'user', content: 'Say a word'},
          ...messages,
          {role: 'user', content: 'And another'},
        ],
      }).fullStream,
    )

    const [, second] = bodiesOf(story)
    expect(typesOf(second?.['input'])).not.toContain('item_reference')
    expect(JSON.stringify(second?.['input'])).toContain(await first.text)
  })

  test.each([
    ['detail', {kind: 'status', status: 400, body: {detail: 'Stream must be set to true.'}}],
    ['web page', {kind: 'status', status: 403, body: '<html><title>Denied</title></html>'}],
    ['error', {kind: 'status', status: 400, body: {error: {message: 'Your input is too long.'}}}],
    ['error event', {kind: 'error-event', error: {message: 'Your input is too long.'}}],
    [
      'failed response',
      {kind: 'response-failed', error: {code: 'server_error', message: 'It went wrong.'}},
    ],
    ['lost connection', {kind: 'cut'}],
  ] as const)('a refusal in the form of a %s is shown as a sentence', async (_name, fault) => {
    const {story, ai, model} = await prepare(major)
    story.simulator.addFault({endpoint: 'responses', times: 9, ...fault})

    const {all} = await collect(
      ai.streamText({model, prompt: 'Hello', maxRetries: 0, onError: () => undefined}).fullStream,
    )

    const failure = all.find((part) => part.type === 'error')
    const {message} = (failure as {error: Error}).error
    expect(message).toMatch(SENTENCE)
    story.hear(message)
  })

  test('a used-up limit is shown as a sentence that says when it ends', async () => {
    const windows = [{minutes: 300, usedPercent: 100}]
    const story = await startStory({
      connected: true,
      simulator: {accounts: [{email: 'ada@example.com', windows}]},
    })
    const {ai} = await story.host.sdk(major)
    const model = await story.host.languageModel(major, MODEL)

    const answer = ai.generateText({model, prompt: 'Hello', maxRetries: 0})

    await expect(answer).rejects.toThrow(/ada@example\.com .*limit.* after .+\.$/)
  })

  test('Stop before the first word reaches the backend', async () => {
    const {story, ai, model} = await prepare(major)
    story.simulator.addFault({endpoint: 'responses', kind: 'stall', afterEvents: 0})
    const stop = new AbortController()

    const answer = collect(
      ai.streamText({model, prompt: 'Hello', abortSignal: stop.signal, onError: () => undefined})
        .fullStream,
    )
    await eventually(() => expect(bodiesOf(story)).toHaveLength(1))
    stop.abort()

    expect((await answer).text).toEqual([])
    await eventually(() => {
      expect(story.simulator.requests.at(-1)).toMatchObject({closedEarly: true})
    })
  })

  test('without a login the answer says to connect', async () => {
    const story = await startStory()
    const {ai} = await story.host.sdk(major)
    const model = await story.host.languageModel(major, MODEL)

    const answer = ai.generateText({model, prompt: 'Hello'})

    await expect(answer).rejects.toThrow(/Connect/)
    expect(bodiesOf(story)).toEqual([])
  })
})

test('the effort of the composer wins over that of the variant', async () => {
  const {story, ai, model} = await prepare(6, 'gpt-5.2-codex')
  const openai = {reasoningEffort: 'xhigh'}

  await ai.generateText({model, prompt: 'Hello', providerOptions: {openai}})

  expect(bodiesOf(story)).toMatchObject([{model: 'gpt-5.2-codex', reasoning: {effort: 'xhigh'}}])
})

test('a fully qualified model id is understood', async () => {
  const {story, ai, model} = await prepare(6, 'plugin:openai-codex-auth:openai-codex:gpt-5.2-high')

  await ai.generateText({model, prompt: 'Hello'})

  expect(bodiesOf(story)).toMatchObject([{model: 'gpt-5.2', reasoning: {effort: 'high'}}])
})
