import {expect, test} from 'vitest'
import {toLocalTime} from '../src/base/local-time.ts'
import {ADVICE_WORDS, reportError} from '../src/cli/report-error.ts'
import {toProblemWords} from '../src/connector/words/problem-words.ts'
import {toProblem} from '../src/connector/to-problem.ts'
import type {CodexError, CodexErrorCode} from '../src/errors.ts'
import {explainError, explainLoginError} from '../src/hosts/alma/explain-error.ts'
import {explainError as explainInEditor} from '../src/hosts/vscode/explain-error.ts'
import {wordError} from '../src/responses/refusal/word-error.ts'
import {
  AGENT_ERROR_CODES,
  createSampleAgentErrors,
  type SampleAgentError,
} from './support/messages/sample-agent-errors.ts'
import {readMessages, type Message} from './support/messages/read-messages.ts'
import {
  createSampleErrors,
  SAMPLE_TIMES_MS,
  type SampleError,
} from './support/messages/sample-errors.ts'

/** Every error in every host, and every sentence of the code, read as a user reads them. */

type Host = 'Alma' | 'Connector' | 'Gateway' | 'VS Code' | 'cao'

const HOSTS: Readonly<Record<Host, (error: CodexError) => string>> = {
  Alma: (error) =>
    /^ERR_(?:LOGIN_FAILED|REDIRECT|ACCOUNT_ID)/.test(error.code)
      ? explainLoginError(error)
      : explainError(error),
  'VS Code': explainInEditor,
  cao(error) {
    const lines: string[] = []
    reportError(error, {err: (line) => void lines.push(line)}, false)
    return lines.join(' ')
  },
  Gateway: (error) => wordError(error, ADVICE_WORDS),
  Connector(error) {
    const {action, message} = toProblemWords(toProblem(error), 'en')
    return `${message} ${action}`
  },
}

/** Names of other hosts: a sentence that has one sends its reader to a button that is not there. */
const FOREIGN: Readonly<Record<Host, RegExp>> = {
  Alma: /\bcao\b|“Codex: /,
  'VS Code': /\bcao\b|\b[Cc]onnect\b/,
  cao: /\b[Cc]onnect\b|“Codex: /,
  Gateway: /\b[Cc]onnect\b|“Codex: /,
  Connector: /\bcao\b|“Codex: /,
}

/** What no sentence has. */
const ODD =
  /\.,|(?<!\.)\.\.(?!\.)|,,| ,|\bundefined\b|\[object|\bNaN\b|\bsign(?:ed)? in\b|\bplus plan\b|\b365 d\b/

const samples = await createSampleErrors()

test('every class of errors has a sample', () => {
  const codes: Readonly<Record<CodexErrorCode, true>> = {
    ERR_ACCOUNT_ID_NOT_FOUND: true,
    ERR_ACCOUNT_UNAVAILABLE: true,
    ERR_ANSWER_STALLED: true,
    ERR_AUTHORIZATION_SERVER: true,
    ERR_BACKEND_RESPONSE: true,
    ERR_CONFIGURATION: true,
    ERR_EVENT_INVALID: true,
    ERR_LOGIN_FAILED: true,
    ERR_LOGIN_REQUIRED: true,
    ERR_NETWORK: true,
    ERR_REDIRECT_INVALID: true,
    ERR_REQUEST_INVALID: true,
    ERR_STORAGE: true,
    ERR_USAGE_LIMIT_REACHED: true,
  }

  expect(new Set(samples.map(({error}) => error.code))).toEqual(new Set(Object.keys(codes)))
})

test.each(Object.keys(HOSTS) as readonly Host[])('%s says every error in its own words', (host) => {
  for (const {error, when} of samples) {
    const text = HOSTS[host](error)
    expect.soft(text, when).toMatch(/^[A-Za-z~`].*[.!?]$/)
    expect.soft(text, when).not.toMatch(ODD)
    expect.soft(text, when).not.toMatch(FOREIGN[host])
    const isNamed = host === 'Alma' && /^a usage limit|^too many|^a workspace/.test(when)
    expect.soft(text.includes('Codex API error'), when).toBe(isNamed)
  }
})

const failures = await createSampleAgentErrors()

test('every failure of an agent is a sentence with a next step for its chat', () => {
  expect(new Set(failures.map(({error}) => error.code))).toEqual(
    new Set(Object.keys(AGENT_ERROR_CODES)),
  )
  for (const {error, when} of failures) {
    // A command at the end has no full stop, so that it can be copied.
    expect.soft(error.message, when).toMatch(/^[A-Z].*(?:[.!?]|: \S+ codex login --device-auth)$/)
    expect.soft(error.message, when).not.toMatch(ODD)
    expect.soft(error.message, when).not.toMatch(FOREIGN.cao)
    // A verb that says what to do, or the choice that there is.
    expect
      .soft(error.message, when)
      .toMatch(/\b(?:[Aa]sk again|Run|Log in|Set|Correct|Add|Update|must be one of)\b/)
  }
})

test('an overload reads the same, however the backend says it', () => {
  const texts = samples
    .filter(({when}) => when.startsWith('an overload'))
    .map(({error}) => error.message)

  expect(new Set(texts)).toEqual(
    new Set(['This model is busy. Try again in a moment, or choose another model.']),
  )
})

const messages = readMessages()

test('no sentence of the code is odd', () => {
  expect(messages.length).toBeGreaterThan(500)
  expect(messages.filter(({text}) => ODD.test(text))).toEqual([])
})

test('docs/messages.md is current: `npm run messages` writes it', async () => {
  await expect(toDocument({errors: samples, failures, sentences: messages})).toMatchFileSnapshot(
    '../docs/messages.md',
  )
})

const ROOMS: readonly (readonly [title: string, files: RegExp])[] = [
  ['Alma', /^src\/(?:hosts\/alma|plugin)/],
  ['VS Code', /^src\/(?:hosts\/vscode|vscode)/],
  ['Gateway', /^src\/(?:cli\/)?gateway/],
  ['Connector', /^src\/(?:connector|cli\/connector)/],
  ['Agents', /^src\/(?:cli\/)?agent/],
  ['cao', /^src\/cli/],
  ['Simulator', /^src\/simulator/],
  ['Every host', /^src\//],
]

function toDocument({
  errors,
  failures: agentFailures,
  sentences,
}: {
  readonly errors: readonly SampleError[]
  readonly failures: readonly SampleAgentError[]
  readonly sentences: readonly Message[]
}): string {
  const rooms = ROOMS.map(([title, files], index) => {
    const before = ROOMS.slice(0, index).map(([, others]) => others)
    const own = sentences.filter(
      ({file}) => files.test(file) && !before.some((others) => others.test(file)),
    )
    const named = [...new Set(own.map(({file}) => file))]
    return `## ${title}\n\n${named.map((file) => toFile(file, own)).join('\n')}`
  })
  return `# Messages

Everything that a user can read, made by \`npm run messages\`; [a test](../test/messages.test.ts) holds that it is current. First, an error
of each kind in the words of each host; then every sentence in the code, by host and file, with its class or the way it is shown. Examples
stand in the gaps; what has none is in brackets. The connector also speaks Spanish.

## Errors, in every host

${errors.map(toError).join('\n')}
## Failures of agents, in a chat

${agentFailures.map(({error, when}) => `- _${error.code}_, ${when}: ${toMarkdown(error.message)}\n`).join('')}
${rooms.join('\n')}`
}

function toError({error, when}: SampleError): string {
  // A connector asks no model, so most errors never come to it.
  const named = (Object.keys(HOSTS) as readonly Host[]).filter(
    (host) => host !== 'Connector' || toProblem(error) !== 'internal',
  )
  const hosts = named.map(
    (host) => `- ${host}: ${toMarkdown(withExampleTimes(HOSTS[host](error)))}\n`,
  )
  return `### ${error.code}: ${when}\n\n${hosts.join('')}`
}

/** The same on every machine, whatever its language and time zone. */
function withExampleTimes(text: string): string {
  return SAMPLE_TIMES_MS.reduce(
    (sum, timeMs) => sum.replaceAll(toLocalTime(timeMs), 'Nov 30, 2026, 5:00 PM'),
    text,
  )
}

function toFile(wanted: string, sentences: readonly Message[]): string {
  const lines = sentences.flatMap(({file, kind, text}) =>
    file === wanted ? [`- _${kind}_: ${toMarkdown(text)}\n`] : [],
  )
  return `### ${wanted.replace('src/', '')}\n\n${lines.join('')}`
}

function toMarkdown(text: string): string {
  return (
    text
      .trim()
      // A link of an editor leads nowhere on a page.
      .replaceAll(/\[([^\]]*)\]\(command:[^)]*\)/g, '$1')
      .split('`')
      .map((part, index) => (index % 2 === 1 ? part : part.replaceAll(/[<*_[]/g, String.raw`\$&`)))
      .join('`')
      .replaceAll(/\s*\n\s*/g, ' / ')
      .replaceAll(/ {2,}/g, ' ')
  )
}
