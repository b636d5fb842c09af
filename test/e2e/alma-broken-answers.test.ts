import {describe, expect, test} from 'vitest'
import type {TextStreamPart, ToolSet} from 'ai-v6'
import {startStory, type Story} from '../support/stories/start-story.ts'

const PROMPT = 'Hello [simulator deltas=40]'
const FAILED = {code: 'slow_down', message: 'Slow down'}

const BUSY = 'This model is busy. Try again in a moment, or choose another model.'
const CUT = 'The connection to ChatGPT was cut before the answer was complete. Ask again.'
const TOO_EARLY =
  'The answer ended before it was complete: the connection to ChatGPT was cut. Ask again.'

/** What the SDK shows of an error: its message, or what version 5 makes of an object. */
function toShown(error: unknown): string {
  const {message} = Object(error) as {message?: unknown}
  return typeof message === 'string' ? message : JSON.stringify(error)
}

async function collect(parts: AsyncIterable<TextStreamPart<ToolSet>>) {
  let text = ''
  const errors: string[] = []
  let finishReason: string | undefined
  for await (const part of parts) {
    if (part.type === 'text-delta') text += part.text
    if (part.type === 'error') errors.push(toShown(part.error))
    if (part.type === 'finish') finishReason = part.finishReason
  }
  return {text, errors, finishReason}
}

function countRequests({simulator}: Story): number {
  return simulator.requests.filter(({path}) => path.endsWith('/codex/responses')).length
}

describe.each([5, 6, 7] as const)('AI SDK %i', (major) => {
  async function prepare() {
    const story = await startStory({connected: true})
    const {ai} = await story.host.sdk(major)
    const model = await story.host.languageModel(major, 'gpt-5.2-codex-high')
    return {story, ai, model}
  }

  test.each([
    ['is cut', {kind: 'cut', afterEvents: 40}, CUT],
    ['ends without its last event', {kind: 'no-terminal-event'}, TOO_EARLY],
    ['fails', {kind: 'response-failed', afterEvents: 40, error: FAILED}, BUSY],
    ['brings an error', {kind: 'error-event', afterEvents: 40, error: FAILED}, BUSY],
  ] as const)(
    'an answer that %s keeps its text and says so once',
    async (_name, fault, sentence) => {
      const {story, ai, model} = await prepare()
      story.simulator.addFault({endpoint: 'responses', ...fault})

      const {fullStream} = ai.streamText({model, prompt: PROMPT, onError: () => {}})
      const {text, errors, finishReason} = await collect(fullStream)

      expect(text.length).toBeGreaterThan(10)
      expect(errors).toEqual([expect.stringContaining(sentence)])
      expect(finishReason).not.toBe('stop')
      expect(countRequests(story)).toBe(1)
    },
  )

  test.each([
    ['a cut connection', {kind: 'cut', afterEvents: 1}],
    ['an overload inside a 200', {kind: 'response-failed', afterEvents: 1, error: FAILED}],
    ['a 503', {kind: 'status', status: 503, body: 'upstream connect error'}],
  ] as const)('%s before any output is nothing anybody sees', async (_name, fault) => {
    const {story, ai, model} = await prepare()
    story.simulator.addFault({endpoint: 'responses', ...fault})

    const result = await ai.generateText({model, prompt: 'Hello'})

    expect(result.text).toContain('heard: Hello')
    expect(countRequests(story)).toBe(2)
  })

  test('a spent quota is told at once, without the SDK asking twice more', async () => {
    const {story, ai, model} = await prepare()
    const spent = {usedPercent: 100, resetAfterSeconds: 3600}
    story.simulator.changeAccount('you@example.com', {primary: spent})

    const result = ai.generateText({model, prompt: 'Hello'})

    await expect(result).rejects.toThrow(/^Codex API error: 429\. .+ has reached the usage limit/)
    expect(countRequests(story)).toBe(1)
  })
})
