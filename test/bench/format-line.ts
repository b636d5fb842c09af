/**
 * The lines of the benchmark's table.
 *
 * @module
 */
import type {Figure, Measurement} from './measurement.ts'

/** Columns up to the measured value: the mark and the longest name. */
const NAME_WIDTH = 72

const MARK_WIDTH = 8
const VALUE_WIDTH = 18
const TARGET_WIDTH = 18

/** What the columns of a group of lines are. */
export function formatHeading(title: string): string {
  const cells = [title.padEnd(NAME_WIDTH), 'measured'.padEnd(VALUE_WIDTH), 'target']
  return `\n${cells.join('')}`
}

/** The mark, what was measured, its value, its target, and what lies behind it. */
export function formatLine(
  {name, target}: Pick<Measurement, 'name' | 'target'>,
  {value, unit, detail}: Figure,
): string {
  const mark = value <= target ? 'ok' : 'MISSED'
  const cells = [
    mark.padEnd(MARK_WIDTH),
    name.padEnd(NAME_WIDTH - MARK_WIDTH),
    `${formatNumber(value)} ${unit}`.padEnd(VALUE_WIDTH),
    `at most ${formatNumber(target)}`.padEnd(TARGET_WIDTH),
    detail ?? '',
  ]
  return cells.join('').trimEnd()
}

function formatNumber(value: number): string {
  return value.toLocaleString('en-US', {maximumFractionDigits: 3})
}
