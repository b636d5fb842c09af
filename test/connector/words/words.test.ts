import {expect, test} from 'vitest'
import {PROBLEM_CODES} from '../../../src/connector/connector-error.ts'
import {readLanguage} from '../../../src/connector/words/language.ts'
import {toProblemWords} from '../../../src/connector/words/problem-words.ts'

test.each([
  ['es', 'es'],
  ['es-MX,es;q=0.9', 'es'],
  ['en-GB', 'en'],
  ['fr, es;q=0.5, en;q=0.8', 'en'],
  ['es;q=0, en', 'en'],
  ['es-AR', 'es'],
  ['fr;q=1, es;q=0.5', 'es'],
  ['*', 'en'],
  ['es;q=nonsense', 'en'],
  ['fr', 'en'],
  [null, 'en'],
])('Accept-Language %s means %s', (header, language) => {
  expect(readLanguage(header, 'en')).toBe(language)
})

test.each(PROBLEM_CODES)('%s says what happened and what to do, in two languages', (code) => {
  const english = toProblemWords(code, 'en')
  const spanish = toProblemWords(code, 'es')
  expect(english.message).toMatch(/^[A-Z].{10,}/)
  expect(spanish.message).not.toBe(english.message)
  for (const {action} of [english, spanish]) expect(action.length).toBeGreaterThan(10)
})

test('a missing CLI is answered with the command that installs it', () => {
  expect(toProblemWords('cli_missing', 'es')).toEqual({
    code: 'cli_missing',
    message: 'Codex CLI no detectado',
    action: 'npm install -g @openai/codex',
  })
})
