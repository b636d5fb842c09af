/**
 * Gives what comes from outside at its worst to the code that reads it, one task after the other, and
 * writes how long each held up the process.
 *
 * Usage: `script.mjs`. Writes one line of JSON: a list of {@link Block}.
 *
 * @module
 */
import {chooseAccountName, toAccountName} from '../../../src/accounts/directories/account-name.ts'
import {readSettings, toWords} from '../../../src/cli/codex/codex-settings.ts'
import {parseEndpoint} from '../../../src/codex/parse-endpoint.ts'
import type {JsonObject} from '../../../src/base/json-object.ts'
import {toPlainText, toPlainWord} from '../../../src/base/plain-text.ts'
import {findWait, readMoment, readWait} from '../../../src/http/read-wait.ts'
import {toModelRefusal} from '../../../src/models/explain-model.ts'
import {parseModels} from '../../../src/models/parse-models.ts'
import {resolveModel} from '../../../src/models/resolve-model.ts'
import {parseRefusal as parseLoginRefusal} from '../../../src/oauth/refusal.ts'
import {findCode, isForeignReasoning} from '../../../src/responses/refusal/find-code.ts'
import {parseRefusal} from '../../../src/responses/refusal/read-refusal.ts'
import {createItemMemory} from '../../../src/responses/request/memory/item-memory.ts'
import {prepareRequest} from '../../../src/responses/request/prepare-request.ts'

/** How long one task held up the process. */
export interface Block {
  readonly task: string
  /** The least of several tries, in milliseconds, of time and of work: what else runs only adds to it. */
  readonly ms: number
}

const TRIES = 4

/** What is done so soon needs no other try, in milliseconds. */
const SOON_MS = 15

const LENGTH = 900_000

/** Texts that make expressions try again from every place. */
const TEXTS: readonly string[] = [
  ...' \n-.@#/\\"\'[{(<=:,'.split(''),
  'a',
  '1',
  'é',
  '\u001B[',
  '\u001B]',
  'a@',
  'a=',
  '1 ',
  'eyJ',
  'eyJ-',
  'at-',
  'try again ',
  'again in 1h',
  'one ',
  'encrypted content ',
  'model ',
  'account has ',
  'reached your ',
  'cao ',
].map((one) => one.repeat(Math.ceil(LENGTH / one.length)))

const REFUSED = {status: 400, headers: new Headers()}

const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  chooseAccountName: (text) => chooseAccountName(text, []),
  findCode: (text) => findCode(text, 400),
  findWait: (text) => findWait(text, 0),
  isForeignReasoning,
  parseEndpoint: (text) => parseEndpoint('X', `https://x.example/${text}!`, 'https://x.example'),
  parseLoginRefusal: (text) => parseLoginRefusal({error: text, error_description: `${text}!`}),
  parseRefusal: (text) => parseRefusal(JSON.stringify({error: {message: `${text}!`}}), REFUSED, 0),
  readMoment,
  readSettings: (text) => readSettings(`${text}!`),
  readWait: (text) => readWait(text, 0),
  resolveModel: (text) => resolveModel(`${text}!`),
  toAccountName: (text) => toAccountName(`${text}!`),
  toModelRefusal,
  toPlainText: (text) => toPlainText(text),
  toPlainWord,
  toWords: (text) => toWords(`${text}"`),
}

function measure(task: string, run: () => unknown): Block {
  let ms = Infinity
  for (let left = TRIES; left > 0 && ms > SOON_MS; left -= 1) {
    const startMs = performance.now()
    const before = process.cpuUsage()
    try {
      run()
    } catch {
      // A refusal that comes soon is as good as an answer.
    }
    const {user, system} = process.cpuUsage(before)
    ms = Math.min(ms, performance.now() - startMs, (user + system) / 1000)
  }
  return {task, ms}
}

/** What takes about 50 ms on a machine that has nothing else to do. */
function calibrate(): number {
  let sum = 0
  for (let index = 0; index < 20_000_000; index += 1) sum = (sum + index) % 7
  return sum
}

function prepareTool(parameters: JsonObject): unknown {
  const tools = [{type: 'function', name: 'f', strict: true, parameters}]
  return prepareRequest(
    {model: 'gpt-5.5', input: 'Hi', tools},
    {items: createItemMemory(), preferences: {reasoningSummary: 'auto'}},
  )
}

function listOf<Value>(length: number, toValue: (index: number) => Value): Value[] {
  return Array.from({length}, (_, index) => toValue(index))
}

function mapOf(length: number, toValue: (index: number) => unknown): JsonObject {
  return Object.fromEntries(listOf(length, (index) => [`p${index}`, toValue(index)]))
}

/** 499 definitions with references to each other, 0.15 MB. */
function createReferences(toCombined: (index: number) => JsonObject): JsonObject {
  const $defs = mapOf(499, (index) => ({
    type: 'object',
    properties: mapOf(8, () => ({type: 'string'})),
    required: ['p0'],
    ...toCombined(index),
  }))
  return {anyOf: listOf(499, (index) => ({$ref: `#/$defs/p${index}`})), $defs}
}

function nest(depth: number, toOuter: (inner: JsonObject) => JsonObject): JsonObject {
  let schema: JsonObject = {type: 'string'}
  for (let left = depth; left > 0; left -= 1) schema = toOuter(schema)
  return schema
}

const SCHEMAS: Readonly<Record<string, JsonObject>> = {
  'many references': createReferences(() => ({})),
  'references in circles': createReferences((index) => ({
    anyOf: [1, 7, 11].map((step) => ({$ref: `#/$defs/p${(index + step) % 499}`})),
  })),
  'references to one large schema': {
    anyOf: listOf(499, (index) => ({$ref: '#/$defs/x', title: `t${index}`})),
    $defs: {x: {type: 'object', properties: mapOf(1400, () => ({type: 'string'}))}},
  },
  'references that double': {
    $ref: '#/$defs/p0',
    $defs: mapOf(60, (index) => ({
      properties: {[`x${index}`]: {}},
      allOf: listOf(2, (copy) => ({$ref: `#/$defs/p${index + 1}`, title: `t${copy}`})),
    })),
  },
  'nested tuples': {
    type: 'object',
    properties: {
      a: nest(60, (inner) => ({prefixItems: [inner, {description: 'x'.repeat(5000)}]})),
    },
  },
  'deep lists': {type: 'object', properties: {a: nest(5000, (items) => ({type: 'array', items}))}},
  'long patterns': {
    type: 'object',
    properties: mapOf(5000, () => ({pattern: `${'('.repeat(50)}a${')*'.repeat(50)}`})),
  },
  'one long pattern': {type: 'object', properties: {a: {pattern: '[a-z]+'.repeat(100_000)}}},
  'many names of patterns': {
    type: 'object',
    patternProperties: Object.fromEntries(listOf(5000, (index) => [`^(?!${index})`, {}])),
    additionalProperties: false,
  },
}

const MODELS: JsonObject = {
  models: listOf(2000, (index) => ({
    slug: `gpt-${index}`,
    context_window: 1e308,
    supported_reasoning_levels: listOf(20, (level) => ({effort: `e${level}`})),
  })),
}

const blocks: Block[] = [
  measure('calibration', calibrate),
  ...Object.entries(READERS).map(([name, read]) => {
    const worst = TEXTS.map((text) =>
      measure(`${name} of ${JSON.stringify(text.slice(0, 20))}`, () => read(text)),
    )
    return worst.reduce((one, other) => (other.ms > one.ms ? other : one))
  }),
  ...Object.entries(SCHEMAS).map(([name, schema]) => measure(name, () => prepareTool(schema))),
  measure('parseModels', () => parseModels(MODELS)),
]
process.stdout.write(JSON.stringify(blocks))
