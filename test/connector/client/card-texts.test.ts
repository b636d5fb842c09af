import {expect, test} from 'vitest'
import {toCardTexts, toTimeLeft} from '../../../src/connector/client/card-texts.ts'

test('the words of the runbook are on the card', () => {
  expect(toCardTexts('es-MX')).toMatchObject({
    heading: 'Conectar Cuenta (Device Auth)',
    connect: 'Conectar Cuenta',
    save: 'Save as active provider',
  })
  expect(toCardTexts('fr')).toBe(toCardTexts('en'))
})

test.each([
  [900_000, '15:00'],
  [61_001, '1:02'],
  [9000, '0:09'],
  [1, '0:01'],
  [0, undefined],
  [-5, undefined],
  [NaN, undefined],
])('%d ms are shown as %s', (leftMs, text) => {
  expect(toTimeLeft(1_000_000 + leftMs, 1_000_000)).toBe(text)
})
