import OpenAI from 'openai'
import {createOpenAI} from 'openai-v6'
import {streamText} from 'ai-v6'
import {expect, test} from 'vitest'
import {startTestGateway} from '../support/gateway/start-gateway.ts'

/** Clients of OpenAI's API hold a session through the gateway, while accounts run out. */

const SPENT = {primary: {usedPercent: 100, resetAfterSeconds: 7200}}

test('openai-node asks in both APIs, lists models, and goes on when an account is spent', async () => {
  const {gateway, simulator} = await startTestGateway()
  const client = new OpenAI({baseURL: `${gateway.url.origin}/v1`, apiKey: 'none', maxRetries: 0})

  const models = await client.models.list()
  const first = await client.responses.create({model: 'gpt-5.5', input: 'the first'})
  simulator.changeAccount('ada@example.com', SPENT)
  const second = await client.responses.create({
    model: 'gpt-5.5',
    input: 'the second',
    previous_response_id: first.id,
  })
  const stream = await client.chat.completions.create({
    model: 'gpt-5.5',
    messages: [{role: 'user', content: 'by chat'}],
    stream: true,
  })
  let text = ''
  for await (const {choices} of stream) text += choices[0]?.delta.content ?? ''
  simulator.changeAccount('bob@example.com', SPENT)
  const refused = client.responses.create({model: 'gpt-5.5', input: 'one more'})

  expect(models.data.map(({id}) => id)).toEqual(['gpt-5.5'])
  expect([first.output_text, second.output_text]).toEqual([
    expect.stringContaining('the first'),
    expect.stringContaining('the second'),
  ])
  expect(text).toContain('by chat')
  await expect(refused).rejects.toMatchObject({status: 429, code: 'usage_limit_reached'})
})

test('the AI SDK streams through it, and is told once that no account is left', async () => {
  const {gateway, simulator} = await startTestGateway()
  const provider = createOpenAI({baseURL: `${gateway.url.origin}/v1`, apiKey: 'none'})
  const ask = (prompt: string) =>
    streamText({model: provider.responses('gpt-5.5'), prompt, onError: () => {}})

  const first = await ask('the first').text
  simulator.changeAccount('ada@example.com', SPENT)
  const second = await ask('the second').text
  simulator.changeAccount('bob@example.com', SPENT)
  const asked = simulator.requests.length
  const refused = await ask('one more').text.then(String, String)

  expect([first, second]).toEqual([
    expect.stringContaining('the first'),
    expect.stringContaining('the second'),
  ])
  expect(refused).toMatch(/^AI_/)
  // It is not told to try again, so the accounts are not asked again and again.
  expect(simulator.requests.length - asked).toBeLessThan(6)
})
