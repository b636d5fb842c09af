import {expect, test} from 'vitest'
import {createCodexFetch} from '../support/engine/create-codex-fetch.ts'
import {createBackend} from '../support/engine/create-backend.ts'

const TOKEN = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl'

async function ask(response: Response) {
  const backend = createBackend(async () => response)
  const answer = await createCodexFetch(backend)('https://x.example/responses', {
    method: 'POST',
    body: JSON.stringify({model: 'gpt-5.5', input: 'hi', stream: true}),
  })
  const {error} = (await answer.json()) as {error: {message: string; code: string}}
  return {error, lines: backend.lines}
}

test("a refusal is logged by its code and its trace, without the server's words or the user's name", async () => {
  const error = {code: 'invalid_value', message: `ada@example.com sent ${TOKEN}\n\u001B[2Jgone`}

  const {lines} = await ask(
    Response.json({error}, {status: 400, headers: {'x-request-id': 'req_1'}}),
  )

  expect(lines.filter((line) => line.startsWith('warn'))).toEqual([
    'warn Request failed {"code":"ERR_BACKEND_RESPONSE","status":400,"reason":"invalid_value","requestId":"req_1"}',
  ])
})

test('what comes in place of a code does not reach the log as it is', async () => {
  const {lines, error} = await ask(
    Response.json({error: {code: `${TOKEN}\n\u001B]0;x\u0007`}}, {status: 400}),
  )

  expect(lines.join('\n')).not.toContain('eyJ')
  expect(lines.join('\n')).toContain('"reason":"[hidden]"')
  expect(error.code).toBe('[hidden]')
})

test("the server's words are shown as one line of visible characters without tokens", async () => {
  const message = `\u001B[31mNo\u001B[0m:\n token ${TOKEN} \u202Eis wrong`

  const {error} = await ask(Response.json({error: {message}}, {status: 400}))

  expect(error.message).toBe('No: token [hidden] is wrong.')
})
