import {onTestFinished as onFinished, type TestContext} from 'vitest'
import {serve} from '../../../src/http/serve.ts'
import type {Simulator} from '../../../src/simulator/start-simulator.ts'
import {createGate, type Gate} from '../gate.ts'

/** The simulator's authorization server, behind a door. */
export interface HeldIssuer {
  readonly issuer: URL
  /** Resolves when the first question has come to the door. */
  readonly asked: Promise<void>
  /** Lets the questions through, also those that come later. */
  readonly door: Gate
}

/** Starts a door in front of the simulator, which holds back what is asked there until it is opened. */
export async function startHeldIssuer(
  simulator: Simulator,
  onTestFinished: TestContext['onTestFinished'] = onFinished,
): Promise<HeldIssuer> {
  const isAsked = createGate()
  const door = createGate()
  const server = await serve(async (request) => {
    const {method, headers, url} = request
    const body = await request.text()
    isAsked.open()
    await door.opened
    const to = new URL(new URL(url).pathname, simulator.issuer)
    return fetch(to, {method, body, headers: {'content-type': headers.get('content-type') ?? ''}})
  }, 0)
  onTestFinished(() => server.close())
  return {issuer: server.url, asked: isAsked.opened, door}
}
