import {expect, test} from 'vitest'
import {parseJson, toJsonObject} from '../../../src/base/json-object.ts'
import {startTestGateway} from '../../support/gateway/start-gateway.ts'
import {startUpstream} from '../../support/gateway/start-upstream.ts'

/** Whatever account answers, clients read what is left of all of them. */

const ADA = 'ada@example.com'
const BOB = 'bob@example.com'

function findPercent(headers: Headers): string | null {
  return headers.get('x-codex-primary-used-percent')
}

/** What the events about limits in a stream say of the first window. */
function findEvents(text: string): readonly unknown[] {
  const data = [...text.matchAll(/data: (\{"type":"codex\.rate_limits".*)\n\n/g)]
  return data.map(([, json]) => toJsonObject(toJsonObject(parseJson(json))['rate_limits']))
}

test.for([true, 'midway'] as const)(
  'an answer carries them in its headers and in its event (%s), also once the account has changed',
  async (sendsRateLimitsEvent) => {
    const window = {limit: 100, minutes: 300}
    const story = await startTestGateway({
      simulator: {
        sendsRateLimitsEvent,
        accounts: [ADA, BOB].map((email) => ({email, windows: [window]})),
      },
    })
    story.simulator.changeAccount(ADA, {primary: {usedPercent: 10}})
    story.simulator.changeAccount(BOB, {primary: {usedPercent: 30}})
    await story.engine.usage.reload.all()

    const first = await story.prompt('hello', {stream: true})
    const firstText = await first.text()
    story.simulator.changeAccount(ADA, {primary: {usedPercent: 100, resetAfterSeconds: 7200}})
    const second = await story.prompt('hello', {stream: true})
    const events = findEvents(await second.text())
    story.simulator.changeAccount(BOB, {primary: {usedPercent: 100, resetAfterSeconds: 3600}})
    const refused = await story.prompt('hello', {stream: true})

    // Ada has used a tenth and the request, Bob 30 %.
    expect(findPercent(first.headers)).toBe('21')
    expect(findEvents(firstText)).toMatchObject([{allowed: true, primary: {used_percent: 21}}])
    expect(firstText).toContain('response.completed')
    expect(findPercent(second.headers)).toBe('66')
    expect(events).toMatchObject([{allowed: true, primary: {used_percent: 66}}])
    expect([refused.status, findPercent(refused.headers)]).toEqual([429, '100'])
    expect(refused.headers.get('x-codex-rate-limit-reached-type')).toBe('rate_limit_reached')
    expect(Number(refused.headers.get('x-codex-primary-reset-after-seconds'))).toBeLessThan(3601)
  },
)

test('a call that is passed on comes back with them, and with the login of the client it stays as it is', async () => {
  const upstream = await startUpstream((_incoming, outgoing) => {
    outgoing.setHeader('x-codex-primary-used-percent', '77')
    outgoing.setHeader('x-codex-bengalfox-primary-used-percent', '66')
    outgoing.setHeader('x-codex-turn-state', 'kept')
    outgoing.end('{}')
  })
  const backendUrl = upstream.url
  const path = '/backend-api/codex/alpha/search'
  const ours = await startTestGateway({backendUrl})
  const theirs = await startTestGateway({backendUrl, isPassthrough: true})

  const [{headers: passedOn}, {headers: same}] = await Promise.all([
    ours.ask(path),
    theirs.ask(path),
  ])

  expect(findPercent(passedOn)).toBe('0')
  expect(passedOn.get('x-codex-bengalfox-primary-used-percent')).toBeNull()
  expect(passedOn.get('x-codex-turn-state')).toBe('kept')
  expect(findPercent(same)).toBe('77')
})
