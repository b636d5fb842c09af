import {expect, test} from 'vitest'
import type {JsonObject} from '../../../src/base/json-object.ts'
import {createItemMemory} from '../../../src/responses/request/memory/item-memory.ts'
import {createAnswerMemory} from '../../../src/hosts/vscode/chat/answer-memory.ts'
import {toInputItems} from '../../../src/hosts/vscode/chat/to-input-items.ts'
import {chatParts as parts} from '../../support/editor/chat-parts.ts'

const {
  LanguageModelTextPart: Text,
  LanguageModelToolCallPart: Call,
  LanguageModelToolResultPart: Result,
} = parts
const Thinking = parts.LanguageModelThinkingPart!

type Message = readonly [role: number, ...content: unknown[]]
const user = (text: string): Message => [1, new Text(text)]
const model = (...content: unknown[]): Message => [2, ...content]
const result = (callId: string): Message => [1, new Result(callId, [new Text('found')])]
const look = (callId: string, at: unknown = 1) => new Call(callId, 'look', {at})

/** A chat with one model, as an editor sees it: what it keeps of each answer is the test's business. */
function startChat(conversation?: string, memory = createItemMemory()) {
  const answers = createAnswerMemory(memory)
  const convert = (messages: readonly Message[]) =>
    toInputItems(
      messages.map(([role, ...content]) => ({role, content, name: undefined})),
      {parts, answers, conversation},
    )
  return {
    memory,
    ask(messages: readonly Message[], ...output: JsonObject[]) {
      const {items, place} = convert(messages)
      answers.remember(output, place)
      return items
    },
    /** Without what users and tools said. */
    sends: (...messages: Message[]) =>
      convert(messages).items.filter(
        ({type, role}) => type !== 'function_call_output' && role !== 'user',
      ),
  }
}

const thought = (id: string) => ({type: 'reasoning', id, encrypted_content: `secret ${id}`})
const says = (text: string, phase = 'commentary') => ({
  type: 'message',
  role: 'assistant',
  phase,
  content: [{type: 'output_text', text}],
})
const calls = (callId: string) => ({
  type: 'function_call',
  call_id: callId,
  name: 'look',
  arguments: '{"at": 1}',
})
const [R1, R2, R3] = [thought('r1'), thought('r2'), thought('r3')]
const [A, B] = [says('Let me look. '), says('And there.')]
const [C1, C2] = [calls('c1'), calls('c2')]
const ASKED = [user('where?')]

test.each([
  ['speaks before it calls', [R1, A, C1], [new Text('Let me look. '), look('c1')]],
  ['calls before it speaks', [R1, C1, A], [new Text('Let me look.'), look('c1')]],
  ['calls before it speaks, in that order', [R1, C1, A], [look('c1'), new Text('Let me look.')]],
  ['thinks between two calls', [R1, C1, R2, C2], [look('c1'), look('c2')]],
  [
    'thinks, speaks and calls twice',
    [R1, A, C1, R2, B, C2],
    [new Text('Let me look. And there.'), look('c1'), look('c2')],
  ],
  [
    'speaks between two calls',
    [R1, A, C1, R2, B, C2],
    [new Text('Let me look. '), look('c1'), new Text('And there.'), look('c2')],
  ],
  ['thinks twice', [R1, R2, A, R3, C1], [new Text('Let me'), new Text(' look. '), look('c1')]],
  ['thinks last', [A, C1, R1], [new Thinking('hm'), new Text('Let me look. '), look('c1')]],
])('a model that %s gets all of it back, as it was', (_, output, kept) => {
  const chat = startChat()
  chat.ask(ASKED, ...output)
  expect(chat.sends(...ASKED, model(...kept), result('c1'), result('c2'))).toEqual(output)
})

test.each([
  ['message by message', [model(new Text('Let me look.')), model(look('c1')), model(look('c2'))]],
  [
    'with results between',
    [model(new Text('Let me look.'), look('c1')), result('c1'), model(look('c2'))],
  ],
])('an answer that is kept %s comes back once, in its order', (_, kept) => {
  const chat = startChat()
  chat.ask(ASKED, R1, A, C1, R2, C2)
  expect(chat.sends(...ASKED, ...kept, result('c2'))).toEqual([R1, A, C1, R2, C2])
})

test('words that came after the result of a call stay after it', () => {
  const chat = startChat()
  chat.ask(ASKED, R1, C1, B, C2)
  const kept = [model(look('c1')), result('c1'), model(new Text('And there.'), look('c2'))]
  const items = chat.ask([...ASKED, ...kept])
  expect(items.map(({type}) => type)).toEqual([
    'message',
    'reasoning',
    'function_call',
    'function_call_output',
    'message',
    'function_call',
  ])
  expect(items[4]).toEqual(B)
})

test('answers of words alone come back with their thoughts and their phase', () => {
  const chat = startChat()
  const answer = says('It is here.\n', 'final_answer')
  chat.ask(ASKED, R1, A, C1)
  const before = [...ASKED, model(new Text('Let me look.'), look('c1')), result('c1')]
  chat.ask(before, R2, answer)
  const messages = [...before, model(new Text('It is here.')), user('thanks')]
  expect(chat.sends(...messages)).toEqual([R1, A, C1, R2, answer])
})

test('the same words, said twice, come back with what belongs to each', () => {
  const chat = startChat()
  const [one, other] = [says('Done.'), says('Done.', 'final_answer')]
  const first = [user('go on')]
  chat.ask(first, R1, one)
  const second = [...first, model(new Text('Done.')), user('go on')]
  chat.ask(second, R2, other)
  const third = [...second, model(new Text('Done.')), user('go on')]
  expect(chat.sends(...third)).toEqual([R1, one, R2, other])
})

test('the same words in another conversation are not the answer', () => {
  const memory = createItemMemory()
  startChat('one', memory).ask(ASKED, R1, says('Done.'))
  const messages = [user('rules'), ...ASKED, model(new Text('Done.')), user('go on')]
  const plain = {
    type: 'message',
    role: 'assistant',
    content: [{type: 'output_text', text: 'Done.'}],
  }
  expect(startChat('two', memory).sends(...messages)).toEqual([plain])
  expect(startChat('one', memory).sends(...messages)).toEqual([R1, says('Done.')])
})

test('a question that the editor words in another way since changes nothing in its conversation', () => {
  const chat = startChat('one')
  chat.ask([user('<date>today</date> where?')], R1, says('Here.'))
  expect(chat.sends(...ASKED, model(new Text('Here.')), user('go on'))).toEqual([R1, says('Here.')])
})

test('a call that was changed since is sent as it is now, between what it came with', () => {
  const chat = startChat()
  chat.ask(ASKED, R1, A, C1, R2, C2)
  const changed = [new Text('Let me look.'), look('c1', 2), look('c2')]
  expect(chat.sends(...ASKED, model(...changed), result('c1'), result('c2'))).toEqual([
    R1,
    A,
    {type: 'function_call', call_id: 'c1', name: 'look', arguments: '{"at":2}'},
    R2,
    C2,
  ])
})

test('words that were changed since are sent as they are now, in their place', () => {
  const chat = startChat()
  chat.ask(ASKED, R1, A, C1)
  const kept = model(new Text('I was told to look.'), look('c1'))
  expect(chat.sends(...ASKED, kept, result('c1'))).toEqual([R1, says('I was told to look.'), C1])
})

test('words that were put in front of a silent call are sent before it', () => {
  const chat = startChat()
  chat.ask(ASKED, R1, C1)
  const [first, ...rest] = chat.sends(...ASKED, model(new Text('So:'), look('c1')), result('c1'))
  expect(first?.['content']).toEqual([{type: 'output_text', text: 'So:'}])
  expect(rest).toEqual([R1, C1])
})

test('a call that was taken out since stays out, and so does what came only with it', () => {
  const chat = startChat()
  chat.ask(ASKED, R1, A, C1, R2, C2)
  const kept = model(new Text('Let me look.'), look('c1'))
  expect(chat.sends(...ASKED, kept, result('c1'), user('go on'))).toEqual([R1, A, C1])
})

test('words whose calls were taken out since come back without them', () => {
  const chat = startChat()
  chat.ask(ASKED, R1, A, C1)
  expect(chat.sends(...ASKED, model(new Text('Let me look.')), user('go on'))).toEqual([R1, A])
})

test('a call that stands there twice is sent twice', () => {
  const chat = startChat()
  chat.ask(ASKED, R1, C1)
  const twice = chat.sends(...ASKED, model(look('c1')), result('c1'), model(look('c1')))
  expect(twice.map(({type}) => type)).toEqual(['reasoning', 'function_call', 'function_call'])
})

test('what another model wrote is sent as the editor has it', () => {
  const kept = model(new Text('Let me look.'), look('x1'), new Text('and'), look('x2'))
  const items = startChat().sends(...ASKED, kept)
  expect(items.map(({type}) => type)).toEqual([
    'message',
    'function_call',
    'message',
    'function_call',
  ])
})

test('answers come back in the next window, from what was saved', () => {
  const before = startChat('one')
  before.ask(ASKED, R1, A, C1)
  const called = [...ASKED, model(new Text('Let me look.'), look('c1')), result('c1')]
  before.ask(called, R2, says('Here.'))
  const memory = createItemMemory()
  memory.import(before.memory.export())
  const messages = [...called, model(new Text('Here.')), user('go on')]
  expect(startChat('one', memory).sends(...messages)).toEqual([R1, A, C1, R2, says('Here.')])
})
