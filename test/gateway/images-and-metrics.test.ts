import {expect, test} from 'vitest'
import {countRequests} from '../../src/gateway/watch/count-requests.ts'
import {startTestGateway} from '../support/gateway/start-gateway.ts'

/** Images, and what is counted of all requests. */

const ADA = 'ada@example.com'
const SPENT = {primary: {usedPercent: 100, resetAfterSeconds: 3600}}

/** What the first bytes of a PNG are, in base64. */
const PNG = /^iVBORw0KGgo/

interface Images {
  readonly data: readonly {readonly b64_json: string}[]
}

async function start() {
  const story = await startTestGateway({
    plug: (engine) => {
      const counts = countRequests(engine, (id) => (id.startsWith('user') ? id.slice(0, 8) : id))
      return {observers: [counts.observer], routes: [counts.route]}
    },
  })
  const post = (path: string, body: unknown) =>
    story.ask(path, {
      method: 'POST',
      ...(body instanceof FormData
        ? {body}
        : {body: JSON.stringify(body), headers: {'content-type': 'application/json'}}),
    })
  return {...story, post}
}

test('an image is drawn and changed, as JSON and as a form, and the next account draws when one is spent', async () => {
  const {post, simulator} = await start()
  const draw = {model: 'gpt-image-1.5', prompt: 'a lamp', size: '1024x1024'}

  const drawn = await post('/v1/images/generations', draw)
  const {data: first} = (await drawn.json()) as Images
  simulator.changeAccount(ADA, SPENT)
  const form = new FormData()
  form.set('model', 'gpt-image-1.5')
  form.set('prompt', 'a brighter lamp')
  const bytes = Buffer.from(first[0]?.b64_json ?? '', 'base64')
  form.set('image', new Blob([bytes], {type: 'image/png'}), 'lamp.png')
  const changed = await post('/images/edits', form)
  const {data: second} = (await changed.json()) as Images
  const refused = await post('/v1/images/generations', {...draw, prompt: ''})

  expect([drawn.status, changed.status, refused.status]).toEqual([200, 200, 400])
  expect([first[0]?.b64_json, second[0]?.b64_json]).toEqual([
    expect.stringMatching(PNG),
    expect.stringMatching(PNG),
  ])
  const asked = simulator.requests.filter(({path}) => path.includes('/images/'))
  expect(asked.filter(({status}) => status === 200).map(({account}) => account)).toEqual([
    ADA,
    'bob@example.com',
  ])
  expect(changed.headers.get('x-codex-primary-used-percent')).not.toBeNull()
})

test('requests, tokens, times, failures and accounts are counted for Prometheus', async () => {
  const {ask, prompt, simulator} = await start()
  await (await prompt('hello')).text()
  simulator.changeAccount(ADA, SPENT)
  await (await prompt('hello again', {stream: true})).text()
  await (await ask('/v1/nothing')).text()

  const metrics = await ask('/metrics')
  const text = await metrics.text()
  const valueOf = (pattern: RegExp) => Number(pattern.exec(text)?.[1])

  expect(metrics.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
  expect(text.match(/^cao_gateway_requests_total\{status="200",.*\} 1$/gm)).toHaveLength(2)
  expect(text).toContain('cao_gateway_requests_total{status="404",account="none"} 1')
  expect(text).toMatch(/^cao_gateway_account_failures_total\{.*reason="usage_limit"\} 1$/m)
  expect(
    valueOf(/^cao_gateway_tokens_total\{kind="input",model="gpt-5\.5"\} (\d+)$/m),
  ).toBeGreaterThan(0)
  expect(text).toContain('cao_gateway_request_seconds_count 3')
  expect(text).toContain('cao_gateway_first_byte_seconds_count 3')
  expect(text).toContain('cao_gateway_open_requests 0')
  expect(text).toContain('cao_gateway_accounts{state="ready"} 1')
  expect(text).toContain('cao_gateway_accounts{state="unavailable"} 1')
  // Nobody's name or address is in it.
  expect(text).not.toContain('@')
})
