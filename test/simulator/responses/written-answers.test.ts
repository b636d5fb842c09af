import {expect, test} from 'vitest'
import {
  ask,
  readText,
  startTestSimulator,
  userMessage,
} from '../../support/servers/ask-simulator.ts'

test('says what was written for a prompt, until that is taken back', async () => {
  const simulator = await startTestSimulator()
  const at = new URL('/_simulator/answers', simulator.url)
  const written = {to: 'of Portugal', text: 'Lisbon, of course.'}
  const added = await fetch(at, {method: 'POST', body: JSON.stringify(written)})
  const input = [userMessage('The capital of Portugal?')]

  const told = await readText(await ask(simulator, {input}))
  const other = await readText(await ask(simulator))
  await fetch(at, {method: 'DELETE'})
  const after = await readText(await ask(simulator, {input}))

  expect(await added.json()).toEqual({answers: [written]})
  expect([told, other, after]).toEqual([
    'Lisbon, of course.',
    'gpt-5.5 (medium) heard: hello',
    'gpt-5.5 (medium) heard: The capital of Portugal?',
  ])
})
