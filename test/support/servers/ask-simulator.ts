import {onTestFinished} from 'vitest'
import type {Usage} from '../../../src/simulator/responses/response-frames.ts'
import {
  startSimulator,
  type Simulator,
  type SimulatorOptions,
} from '../../../src/simulator/start-simulator.ts'

/** One event of a stream, as far as tests look at it. */
export interface TestEvent {
  readonly type: string
  readonly sequence_number: number
  readonly delta?: string
  readonly item?: {readonly type: string}
  readonly response?: {readonly output: readonly unknown[]; readonly usage: Usage | null}
}

/** Starts a simulator for one test. */
export async function startTestSimulator(options?: SimulatorOptions): Promise<Simulator> {
  const simulator = await startSimulator(options)
  onTestFinished(() => simulator.close())
  return simulator
}

/** Sends something else than the smallest request that is accepted. */
export interface AskOptions {
  readonly token?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/** Asks for a response. A field that is `undefined` is left out. */
export async function ask(
  simulator: Simulator,
  fields: Readonly<Record<string, unknown>> = {},
  options: AskOptions = {},
): Promise<Response> {
  const token = options.token ?? (await simulator.issueTokens()).access_token
  const body = {
    model: 'gpt-5.5',
    instructions: 'Be brief.',
    input: [userMessage('hello')],
    stream: true,
    store: false,
    ...fields,
  }
  return fetch(new URL('/backend-api/codex/responses', simulator.url), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      ...options.headers,
    },
    body: JSON.stringify(body),
    ...(options.signal && {signal: options.signal}),
  })
}

/** What a user says. */
export function userMessage(text: string): object {
  return {type: 'message', role: 'user', content: [{type: 'input_text', text}]}
}

/** Reads the events of an answer. */
export async function readEvents(response: Response): Promise<TestEvent[]> {
  const text = await response.text()
  return text
    .split('\n\n')
    .filter((frame) => frame !== '')
    .map((frame) => JSON.parse(frame.replace(/^event: .*\ndata: /, '')) as TestEvent)
}

/** Reads the text of an answer, from its deltas. */
export async function readText(response: Response): Promise<string> {
  const events = await readEvents(response)
  const deltas = events.filter(({type}) => type === 'response.output_text.delta')
  return deltas.map(({delta}) => delta).join('')
}
