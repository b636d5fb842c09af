import assert from 'node:assert/strict'
import * as vscode from 'vscode'
import {
  addFault,
  ask,
  failureOf,
  lastRequest,
  seenAt,
  selectModel,
  selectModels,
  until,
  type SeenRequest,
} from './editor.ts'
import {loggedInAs, logOutOfAll} from './known-state.ts'
import {group, story} from './story.ts'

const {LanguageModelChatMessage: Message} = vscode

const WEATHER: vscode.LanguageModelChatTool = {
  name: 'get_weather',
  description: 'The weather of a city',
  inputSchema: {type: 'object', properties: {city: {type: 'string'}}, required: ['city']},
}

/** A picture of one red pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC',
  'base64',
)

async function readParts(response: vscode.LanguageModelChatResponse): Promise<unknown[]> {
  const parts: unknown[] = []
  for await (const part of response.stream) parts.push(part)
  return parts
}

async function askParts(
  messages: vscode.LanguageModelChatMessage[],
  options: vscode.LanguageModelChatRequestOptions = {},
): Promise<unknown[]> {
  const model = await selectModel('gpt-5.2-codex-high')
  return readParts(await model.sendRequest(messages, options))
}

function textsOf({body}: SeenRequest): unknown[] {
  return body.input.flatMap(({content}) => content)
}

group(() => loggedInAs('you@example.com'))

story('an answer comes in parts, from the model and with the effort of the id', async () => {
  const parts = await askParts([Message.User('hello to all of you [simulator delay-ms=50]')])
  const texts = parts.filter(
    // Empty ones fill a batch.
    (part) => part instanceof vscode.LanguageModelTextPart && part.value !== '',
  ) as vscode.LanguageModelTextPart[]
  assert.ok(texts.length > 3, `${texts.length} parts`)
  assert.equal(
    texts.map(({value}) => value).join(''),
    'gpt-5.2-codex (high) heard: hello to all of you',
  )
})

story('every role and kind of part reaches the model', async () => {
  await askParts([
    Message.User('first'),
    Message.Assistant('second'),
    Message.User([
      new vscode.LanguageModelTextPart('third'),
      vscode.LanguageModelDataPart.image(PIXEL, 'image/png'),
      vscode.LanguageModelDataPart.json({fourth: 4}),
    ]),
  ])
  const {body} = await lastRequest()
  assert.deepEqual(body.input, [
    {type: 'message', role: 'user', content: [{type: 'input_text', text: 'first'}]},
    {type: 'message', role: 'assistant', content: [{type: 'output_text', text: 'second'}]},
    {
      type: 'message',
      role: 'user',
      content: [
        {type: 'input_text', text: 'third'},
        {type: 'input_image', image_url: `data:image/png;base64,${PIXEL.toString('base64')}`},
        {type: 'input_text', text: '{\n\t"fourth": 4\n}'},
      ],
    },
  ])
})

story(
  'a tool is called, and what the model thought before comes back with the result',
  async () => {
    const question = Message.User('use the tool get_weather {"city": "Oslo"}')
    const parts = await askParts([question], {tools: [WEATHER]})
    const call = parts.find((part) => part instanceof vscode.LanguageModelToolCallPart)
    assert.ok(call)
    assert.equal(call.name, 'get_weather')
    assert.deepEqual(call.input, {city: 'Oslo'})
    const result = new vscode.LanguageModelToolResultPart(call.callId, [
      new vscode.LanguageModelTextPart('sunny'),
    ])
    const answer = await askParts([question, Message.Assistant([call]), Message.User([result])], {
      tools: [WEATHER],
    })
    const text = answer.filter((part) => part instanceof vscode.LanguageModelTextPart)
    assert.equal(text.map(({value}) => value).join(''), 'gpt-5.2-codex (high) read: sunny')
    const {body} = await lastRequest()
    assert.deepEqual(
      body.input.map(({type}) => type),
      ['message', 'reasoning', 'function_call', 'function_call_output'],
    )
    assert.equal(typeof body.input[1]?.['encrypted_content'], 'string')
    // To the letter, with the blank that the model wrote: the prompt cache goes by letters.
    assert.equal(body.input[2]?.['arguments'], '{"city": "Oslo"}')
    assert.equal(body.tool_choice, 'auto')
  },
)

story(
  'an extension can ask for a tool, an effort and a cache key, and not for what is unknown',
  async () => {
    const model = await selectModel('gpt-5.2-codex')
    const answer = await ask(model, 'hello', {
      tools: [WEATHER],
      toolMode: vscode.LanguageModelChatToolMode.Required,
      modelOptions: {
        reasoningEffort: 'xhigh',
        _conversationId: 'chat-7',
        _otelTraceContext: {a: 1},
      },
    })
    assert.equal(answer, 'gpt-5.2-codex (xhigh) heard: hello')
    const {body} = await lastRequest()
    assert.equal(body.tool_choice, 'required')
    assert.equal(body.prompt_cache_key, 'chat-7')
    assert.equal(JSON.stringify(body).includes('otel'), false)
  },
)

story('tokens are counted for texts and messages', async () => {
  const model = await selectModel('gpt-5.2')
  const tokens = await model.countTokens('The quick brown fox jumps over the lazy dog.')
  assert.ok(tokens >= 10 && tokens <= 14, `${tokens}`)
  assert.ok((await model.countTokens(Message.User('The quick brown fox'))) > 5)
})

story('an answer that is cancelled stops at the backend too', async () => {
  const model = await selectModel('gpt-5.2')
  const source = new vscode.CancellationTokenSource()
  const prompt = Message.User('[simulator deltas=2000 delay-ms=20] go on')
  const response = await model.sendRequest([prompt], {}, source.token)
  const failure = await failureOf(
    (async () => {
      for await (const part of response.stream) if (part) source.cancel()
    })(),
  ).catch(() => undefined)
  assert.ok(failure === undefined || failure.name === 'Canceled', String(failure))
  await until(async () => ((await lastRequest()).closedEarly ? true : undefined))
})

story('a model that the account does not have is NotFound, with the reason', async () => {
  const model = await selectModel('gpt-5.2')
  await addFault({
    endpoint: 'responses',
    kind: 'status',
    status: 400,
    body: {detail: "The 'gpt-5.2' model is not supported when using Codex with a ChatGPT account."},
  })
  const {code, message} = await failureOf(ask(model, 'hello'))
  assert.equal(code, 'NotFound')
  assert.match(message, /OpenAI retired the model gpt-5\.2 .* Choose gpt-/)
})

story('what a policy forbids is Blocked', async () => {
  const model = await selectModel('gpt-5.2')
  const error = {code: 'cyber_policy', message: 'This request was flagged.'}
  await addFault({endpoint: 'responses', kind: 'response-failed', error})
  const {code, message} = await failureOf(ask(model, 'hello'))
  assert.equal(code, 'Blocked')
  assert.match(message, /This request was flagged/)
})

story('a plan without Codex is NoPermissions', async () => {
  const model = await selectModel('gpt-5.2')
  const body = {error: {type: 'usage_not_included', message: 'no'}}
  await addFault({endpoint: 'responses', kind: 'status', status: 403, body})
  const {code, message} = await failureOf(ask(model, 'hello'))
  assert.equal(code, 'NoPermissions')
  assert.match(message, /does not include Codex. Upgrade it, or log in with another account/)
})

story('an answer that breaks off says so, after what came', async () => {
  const model = await selectModel('gpt-5.2')
  await addFault({endpoint: 'responses', kind: 'cut', afterEvents: 40})
  const response = await model.sendRequest([Message.User('[simulator deltas=50] go on')])
  const parts: unknown[] = []
  const failure = await failureOf(
    (async () => {
      for await (const part of response.stream) parts.push(part)
    })(),
  )
  assert.ok(parts.length > 0)
  assert.match(failure.message, /connection to ChatGPT was cut/)
})

story('an access token that is rejected is renewed, and the user notices nothing', async () => {
  const model = await selectModel('gpt-5.2')
  const before = (await seenAt('token')).length
  await addFault({endpoint: 'responses', kind: 'status', status: 401, body: {detail: 'expired'}})
  assert.equal(await ask(model, 'hello'), 'gpt-5.2 (none) heard: hello')
  assert.equal((await seenAt('token')).length, before + 1)
  assert.equal(textsOf(await lastRequest()).length, 1)
})

story('asking a model that was selected before the logout is NotFound', async () => {
  const model = await selectModel('gpt-5.2')
  await logOutOfAll()
  assert.deepEqual(await selectModels(), [])
  const {code} = await failureOf(ask(model, 'hello'))
  assert.equal(code, 'NotFound')
})
