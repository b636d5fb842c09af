import type {ToolSet, TextStreamPart} from 'ai-v6'
import type * as OpenAiV6 from 'openai-v6'
import {describe, expect, test} from 'vitest'
import * as z from 'zod'
import type {AiSdkMajor} from '../support/alma/ai-sdk.ts'
import {SENTENCE} from '../support/sentence.ts'
import {startStory, type Story, type StoryOptions} from '../support/stories/start-story.ts'
import {stopMidway} from '../support/stories/stop-midway.ts'

const MODEL = 'gpt-5.2-codex-high'

const PROVIDERS: Record<AiSdkMajor, () => Promise<unknown>> = {
  5: async () => import('openai-v5'),
  6: async () => import('openai-v6'),
  7: async () => import('openai-v7'),
}

/** The model that speaks Chat Completions, which the host uses for some of its own work. */
async function prepare(major: AiSdkMajor, options: StoryOptions = {connected: true}) {
  const story = await startStory(options)
  const {ai} = await story.host.sdk(major)
  const {createOpenAI} = (await PROVIDERS[major]()) as typeof OpenAiV6
  const {apiKey, baseURL, fetch} = await story.host.provider().getSDKConfig()
  return {story, ai, model: createOpenAI({apiKey, baseURL, fetch}).chat(MODEL)}
}

async function collect<Tools extends ToolSet>(parts: AsyncIterable<TextStreamPart<Tools>>) {
  const all: TextStreamPart<Tools>[] = []
  for await (const part of parts) all.push(part)
  return {all, text: all.flatMap((part) => (part.type === 'text-delta' ? [part.text] : []))}
}

function bodiesOf({simulator}: Story): Record<string, unknown>[] {
  return simulator.requests
    .filter(({path}) => path.endsWith('/codex/responses'))
    .map(({body}) => body as Record<string, unknown>)
}

describe.each([5, 6, 7] as const)('AI SDK %i', (major) => {
  test('streamText gets the text while it is written, and the usage', async () => {
    const {story, ai, model} = await prepare(major)

    const {fullStream} = ai.streamText({
      model,
      system: 'Be brief.',
      prompt: 'Hello [simulator deltas=5]',
    })
    const {all, text} = await collect(fullStream)

    expect(text).toHaveLength(5)
    expect(all.at(-1)).toMatchObject({
      type: 'finish',
      finishReason: 'stop',
      totalUsage: {
        inputTokens: expect.any(Number) as number,
        outputTokens: expect.any(Number) as number,
      },
    })
    expect(bodiesOf(story)).toMatchObject([
      {
        model: 'gpt-5.2-codex',
        reasoning: {effort: 'high', summary: 'auto'},
        input: [{role: 'developer'}, {role: 'user'}],
        store: false,
        stream: true,
      },
    ])
  })

  test('generateText gets the same answer whole', async () => {
    const {ai, model} = await prepare(major)

    const result = await ai.generateText({model, prompt: 'Hello [simulator deltas=5]'})

    expect(result.text).not.toBe('')
    expect(result.finishReason).toBe('stop')
    expect(result.usage.outputTokens).toBeGreaterThan(0)
    expect(result.response.modelId).toBe(MODEL)
  })

  test('an answer that is too long says so', async () => {
    const {ai, model} = await prepare(major)

    const result = await ai.generateText({model, prompt: 'Hello [simulator end=incomplete]'})

    expect(result.finishReason).toBe('length')
  })

  test.each(['streamed', 'whole'])('a tool round trip works (%s)', async (form) => {
    const {story, ai, model} = await prepare(major)
    const weather = ai.tool({
      description: 'Looks up the weather',
      inputSchema: z.object({city: z.string()}),
      execute: async ({city}) => `${city}: sunny`,
    })
    const request = {
      model,
      prompt: 'Use the tool weather {"city": "Lisbon"}',
      tools: {weather},
      stopWhen: ai.stepCountIs(3),
    }

    const text =
      form === 'whole'
        ? (await ai.generateText(request)).text
        : (await collect(ai.streamText(request).fullStream)).text.join('')

    expect(text).not.toBe('')
    const [first, second] = bodiesOf(story)
    expect(first?.['tools']).toMatchObject([{type: 'function', name: 'weather'}])
    expect(second?.['input']).toMatchObject([
      {role: 'user'},
      {
        type: 'function_call',
        name: 'weather',
        arguments: expect.stringContaining('Lisbon') as string,
      },
      {type: 'function_call_output', output: 'Lisbon: sunny'},
    ])
  })

  test('effort and verbosity of the chat reach the backend', async () => {
    const {story, ai, model} = await prepare(major)
    const openai = {reasoningEffort: 'low', textVerbosity: 'low'}

    await ai.generateText({model, prompt: 'Hello', providerOptions: {openai}})

    expect(bodiesOf(story)).toMatchObject([{reasoning: {effort: 'low'}, text: {verbosity: 'low'}}])
  })

  test.each([
    ['refusal', {kind: 'status', status: 400, body: {detail: 'Stream must be set to true.'}}],
    ['failed response', {kind: 'response-failed', error: {code: 'x', message: 'It went wrong.'}}],
    [
      'failure in the middle',
      {kind: 'error-event', error: {message: 'Too long.'}, afterEvents: 12},
    ],
    ['end too early', {kind: 'no-terminal-event'}],
    ['lost connection', {kind: 'cut', afterEvents: 12}],
  ] as const)('a %s is shown as a sentence', async (_name, fault) => {
    const {story, ai, model} = await prepare(major)
    story.simulator.addFault({endpoint: 'responses', times: 9, ...fault})

    const {all} = await collect(
      ai.streamText({
        model,
        prompt: 'Hello [simulator deltas=20]',
        maxRetries: 0,
        onError: () => undefined,
      }).fullStream,
    )

    const failure = all.find((part) => part.type === 'error')
    const {message} = (failure as {error: {message: string}}).error
    expect(message).toMatch(SENTENCE)
    expect(all.at(-1)).not.toMatchObject({finishReason: 'stop'})
    story.hear(message)
  })

  test('without a login the answer says to connect', async () => {
    const {ai, model} = await prepare(major, {})

    await expect(ai.generateText({model, prompt: 'Hello'})).rejects.toThrow(/Connect/)
  })

  test('Stop reaches the backend', async () => {
    const {story, ai, model} = await prepare(major)

    expect(await stopMidway({ai, model})).toBe(true)
    const {requests} = story.simulator
    await expect
      .poll(() => requests.find(({path}) => path.endsWith('/responses')))
      .toMatchObject({closedEarly: true})
  })
})

test('the host draws an image, and edits it', async () => {
  const story = await startStory({connected: true})
  const {baseURL, fetch} = await story.host.provider().getSDKConfig()
  const ask = async (endpoint: string, fields: object) => {
    const body = {model: 'gpt-image-2', response_format: 'b64_json', ...fields}
    const response = await fetch(`${baseURL}/images/${endpoint}`, {
      method: 'POST',
      body: JSON.stringify(body),
    })
    const {data} = (await response.json()) as {data: [{b64_json: string}]}
    return `data:image/png;base64,${data[0].b64_json}`
  }

  const image = await ask('generations', {prompt: 'A cat', aspect_ratio: '16:9'})
  const edited = await ask('edits', {prompt: 'With a hat', images: [{url: image}]})

  expect(Buffer.from(image.split(',')[1]!, 'base64').readUInt32BE(16)).toBe(2048)
  expect(edited).not.toBe(image)
})
