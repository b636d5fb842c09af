import {WebSocket} from 'undici'
import {expect, test, vi} from 'vitest'
import {startStory} from '../support/stories/start-story.ts'

/** The plugin on a WebSocket to ChatGPT: as on Node 22 and later, whose class comes from the same library. */

const TOOLS = [{type: 'function', name: 'weather', parameters: {type: 'object', properties: {}}}]

async function start() {
  const story = await startStory({connected: true, simulator: {webSocket: true}})
  const said: object[] = []
  const say = async (content: string) => {
    said.push({role: 'user', content})
    const {fetch, baseURL} = await story.host.provider().getSDKConfig()
    const body = JSON.stringify({
      model: 'gpt-5.5',
      tools: TOOLS,
      prompt_cache_key: 'one',
      input: said,
    })
    const response = await fetch(`${baseURL}/responses`, {method: 'POST', body})
    const {output} = (await response.json()) as {output: object[]}
    said.push(...output)
    return response.status
  }
  const steps = () =>
    story.simulator.requests.flatMap(({headers, method, path: asked}) =>
      asked.endsWith('/codex/responses') && method !== 'GET'
        ? [method === 'POST' ? 'POST' : `${headers['x-simulator-new-items']} new`]
        : [],
    )
  return {...story, say, steps}
}

test('the setting takes requests to a WebSocket, which is told what is new, and back', async () => {
  vi.stubGlobal('WebSocket', WebSocket)
  const {host, say, steps} = await start()

  await say('one')
  host.changeSetting('openaiCodex.webSocket', 'auto')
  const statuses = [await say('two'), await say('three')]
  host.changeSetting('openaiCodex.webSocket', 'off')
  await say('four')

  expect(statuses).toEqual([200, 200])
  expect(steps()).toEqual(['POST', '4 new', '1 new', 'POST'])
})

test('where the host has no WebSocket, requests go by HTTP', async () => {
  vi.stubGlobal('WebSocket', undefined)
  const {host, say, steps} = await start()
  host.changeSetting('openaiCodex.webSocket', 'auto')

  const status = await say('one')

  expect(status).toBe(200)
  expect(steps()).toEqual(['POST'])
})
