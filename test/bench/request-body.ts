/**
 * The requests of the benchmark, as the JSON that an SDK sends.
 *
 * @module
 */
import {randomBytes} from 'node:crypto'
import type {Scenario} from './replay-streams.ts'

const SMALL_PROMPT_CHARACTERS = 1024

/** A conversation's first request, of 1 kB. `extra` are further fields. */
export function buildSmallBody(scenario: Scenario, extra: Record<string, unknown> = {}): string {
  const text = toPrompt(scenario).padEnd(SMALL_PROMPT_CHARACTERS, 'x')
  return buildBody([toUserMessage(text)], {stream: true, ...extra})
}

/** How long a conversation has been going on. */
export interface HistoryOptions {
  /** Each turn is five items: question, reasoning, tool call, its output and the answer. */
  readonly turns: number
  /** Screenshots of 250 kB that were shown on the way. */
  readonly images: number
}

/** 400 items with four screenshots: 2 MB, half of it images, a tenth reasoning. */
export const LARGE_HISTORY: HistoryOptions = {turns: 80, images: 4}

/** 35 items without images: 100 kB. */
export const MEDIUM_HISTORY: HistoryOptions = {turns: 7, images: 0}

/** The next request of a long conversation with a coding agent, as the AI SDK sends it. */
export function buildHistoryBody(scenario: Scenario, options: HistoryOptions): string {
  const {turns, images} = options
  const imageEvery = Math.ceil(turns / Math.max(images, 1))
  const input = Array.from({length: turns}, (_, turn) =>
    buildTurn(turn, {hasImage: images > 0 && turn % imageEvery === 0}),
  ).flat()
  const tools = Array.from({length: 12}, (_, index) => buildTool(index))
  return buildBody([toUserMessage(toPrompt(scenario)), ...input.slice(1)], {
    stream: true,
    tools,
    include: ['reasoning.encrypted_content'],
    reasoning: {effort: 'medium', summary: 'auto'},
    store: false,
  })
}

function buildTurn(turn: number, {hasImage}: {readonly hasImage: boolean}): readonly object[] {
  const callId = `call_${turn}`
  const path = `src/file-${turn}.ts`
  const answer = `I read ${path} and changed what you asked for. `.repeat(30)
  return [
    toUserMessage(`Please look at ${path} and "fix" it.\n`.repeat(10), hasImage),
    {
      type: 'reasoning',
      id: `rs_${turn}`,
      summary: [{type: 'summary_text', text: '**Reading the file**\n\nIt comes first.'}],
      encrypted_content: `gAAAAA${randomBytes(1800).toString('base64url')}`,
    },
    {
      type: 'function_call',
      id: `fc_${turn}`,
      call_id: callId,
      name: 'tool_0',
      arguments: JSON.stringify({path, reason: 'To see what it does'}),
    },
    {type: 'function_call_output', call_id: callId, output: buildSource(turn)},
    {
      type: 'message',
      id: `msg_${turn}`,
      role: 'assistant',
      content: [{type: 'output_text', text: answer, annotations: []}],
    },
  ]
}

/** 9 kB of code, in which every line has something to escape. */
function buildSource(turn: number): string {
  const line = (_: unknown, index: number) =>
    `${index}\tconst value${turn} = read("${index}.json")\n`
  return Array.from({length: 250}, line).join('')
}

function toUserMessage(text: string, hasImage = false): object {
  const image = {type: 'input_image', image_url: hasImage ? buildScreenshot() : ''}
  return {role: 'user', content: [{type: 'input_text', text}, ...(hasImage ? [image] : [])]}
}

function buildScreenshot(): string {
  const signature = Buffer.from('\u0089PNG\r\n\u001A\n', 'latin1')
  const bytes = Buffer.concat([signature, randomBytes(187_500)])
  return `data:image/png;base64,${bytes.toString('base64')}`
}

function buildTool(index: number): object {
  const text = {type: 'string', description: 'A text that says what is meant, in a sentence.'}
  return {
    type: 'function',
    name: `tool_${index}`,
    description: 'Reads a file of the workspace and returns its lines with their numbers. '.repeat(
      4,
    ),
    parameters: {
      type: 'object',
      properties: {path: text, reason: text, lines: {type: 'array', items: {type: 'integer'}}},
      required: ['path'],
      additionalProperties: false,
    },
  }
}

function toPrompt(scenario: Scenario): string {
  return `scenario:${scenario} `
}

function buildBody(input: readonly object[], fields: Record<string, unknown>): string {
  return JSON.stringify({model: 'gpt-5.2-codex', input, ...fields})
}
