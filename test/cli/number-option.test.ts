import {Command, CommanderError} from 'commander'
import {expect, test} from 'vitest'
import {createNumberOption, type NumberRange} from '../../src/cli/number-option.ts'

function parse(text: string, range?: NumberRange): unknown {
  const command = new Command('test')
    .addOption(createNumberOption('--count <n>', '', range))
    .exitOverride()
    .configureOutput({writeErr: () => undefined})
  return command.parse(['--count', text], {from: 'user'}).opts()['count']
}

test.each([
  ['5', undefined, 5],
  ['0.5', undefined, 0.5],
  ['.5', undefined, 0.5],
  ['0', {least: 0}, 0],
  ['1', {least: 1, isWhole: true}, 1],
  [' 7 ', {least: 1, isWhole: true}, 7],
] as const)('%j is a number', (text, range, number) => {
  expect(parse(text, range)).toBe(number)
})

test.each([
  ['', undefined, 'a number above 0'],
  ['0', undefined, 'a number above 0'],
  ['-1', undefined, 'a number above 0'],
  ['five', undefined, 'a number above 0'],
  ['5 minutes', undefined, 'a number above 0'],
  ['Infinity', undefined, 'a number above 0'],
  ['1e3', undefined, 'a number above 0'],
  ['0x10', undefined, 'a number above 0'],
  ['9999999999', undefined, 'a number above 0'],
  ['-0.1', {least: 0}, 'a number of at least 0'],
  ['0', {least: 1, isWhole: true}, 'a whole number of at least 1'],
  ['1.5', {least: 1, isWhole: true}, 'a whole number of at least 1'],
] as const)('%j is refused, and what is taken is named', (text, range, taken) => {
  const sentence = `error: option '--count <n>' argument '${text}' is invalid. It must be ${taken}.`
  expect(() => parse(text, range)).toThrow(
    new CommanderError(1, 'commander.invalidArgument', sentence),
  )
})
