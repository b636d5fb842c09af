import {expect, test} from 'vitest'
import {createAnswerMemory} from '../../../../src/hosts/vscode/chat/answer-memory.ts'
import {toInputItems} from '../../../../src/hosts/vscode/chat/to-input-items.ts'
import {chatParts as parts} from '../../../support/editor/chat-parts.ts'

const {
  LanguageModelDataPart: Data,
  LanguageModelPromptTsxPart: Prompt,
  LanguageModelTextPart: Text,
  LanguageModelToolCallPart: Call,
  LanguageModelToolResultPart: Result,
} = parts
const Thinking = parts.LanguageModelThinkingPart!

const USER = 1
const ASSISTANT = 2
const SYSTEM = 3

function convert(
  messages: readonly (readonly [number, unknown[]])[],
  answers = createAnswerMemory(),
) {
  const given = messages.map(([role, content]) => ({role, content, name: undefined}))
  return toInputItems(given, {parts, answers}).items
}

const said = (role: string, type: string, text: string) => ({
  type: 'message',
  role,
  content: [{type, text}],
})

test('each role has its own, also that of the system prompt, which is not published', () => {
  const messages = [
    [SYSTEM, [new Text('rules')]],
    [USER, [new Text('question')]],
    [ASSISTANT, [new Text('answer')]],
  ] as const
  expect(convert(messages.map(([role, content]) => [role, [...content]]))).toEqual([
    said('developer', 'input_text', 'rules'),
    said('user', 'input_text', 'question'),
    said('assistant', 'output_text', 'answer'),
  ])
})

test('thoughts that the editor shows, its own marks and empty texts are left out', () => {
  const mark = new Data(new Uint8Array([1]), 'cache_control')
  const content = [new Thinking('hm'), new Text(''), mark, new Text('so')]
  expect(convert([[ASSISTANT, content]])).toEqual([said('assistant', 'output_text', 'so')])
})

test('images, documents and texts reach the model, and what it cannot read is named', () => {
  const bytes = new Uint8Array([1, 2, 3])
  const content = [
    new Data(bytes, 'image/png'),
    new Data(bytes, 'application/pdf'),
    new Data(Buffer.from('a,b'), 'text/csv'),
    new Data(bytes, 'audio/wav'),
  ]
  expect(convert([[USER, content]])[0]?.['content']).toEqual([
    {type: 'input_image', image_url: 'data:image/png;base64,AQID'},
    {type: 'input_file', filename: 'document.pdf', file_data: 'data:application/pdf;base64,AQID'},
    {type: 'input_text', text: 'a,b'},
    {type: 'input_text', text: '[3 bytes of audio/wav, which cannot be shown]'},
  ])
})

test('calls and results become items of their own, around what is said', () => {
  const result = new Result('c1', [new Text('a'), new Text('b')])
  const messages: [number, unknown[]][] = [
    [ASSISTANT, [new Text('let me look'), new Call('c1', 'look', {at: 1})]],
    [USER, [result, new Text('go on')]],
  ]
  expect(convert(messages)).toEqual([
    said('assistant', 'output_text', 'let me look'),
    {type: 'function_call', call_id: 'c1', name: 'look', arguments: '{"at":1}'},
    {type: 'function_call_output', call_id: 'c1', output: 'ab'},
    said('user', 'input_text', 'go on'),
  ])
})

test('a result with an image, a prompt tree or anything else keeps its parts', () => {
  const leaf = {type: 2, lineBreakBefore: true, text: 'two'}
  const tree = {node: {type: 1, children: [{type: 2, text: 'one'}, leaf]}}
  const image = new Data(new Uint8Array([1]), 'image/png')
  const [output] = convert([[USER, [new Result('c1', [new Prompt(tree), image, {odd: 1}])]]])
  expect(output?.['output']).toEqual([
    {type: 'input_text', text: 'one\ntwo'},
    {type: 'input_image', image_url: 'data:image/png;base64,AQ=='},
    {type: 'input_text', text: '{"odd":1}'},
  ])
})
