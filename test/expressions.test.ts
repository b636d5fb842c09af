import path from 'node:path'
import {analyse} from 'scslre'
import {afterEach, expect, test, vi} from 'vitest'
import {findExpressions} from './support/find-expressions.ts'

/** Why an expression may take more than linear time for a long text; empty when it does not. */
function explain(source: string, flags: string): string[] {
  return analyse({source, flags}).reports.map(({type, exponential}) =>
    exponential ? `${type}, exponential` : type,
  )
}

afterEach(() => void vi.unstubAllGlobals())

test('the checker finds expressions that are quadratic, or worse', () => {
  expect(explain('\\s+$', '')).not.toEqual([])
  expect(explain('^(a+)+$', '')).not.toEqual([])
  expect(explain('^a+$', '')).toEqual([])
})

test('no expression in the source takes more than linear time', {timeout: 60_000}, () => {
  const {literals} = findExpressions()
  const slow = literals.flatMap(({file, source, flags}) => {
    const reasons = explain(source, flags)
    return reasons.length > 0 ? [`${file}: /${source}/${flags} (${reasons.join(', ')})`] : []
  })

  expect(literals.length).toBeGreaterThan(150)
  expect(slow).toEqual([])
})

test('nor does one that is put together', {timeout: 60_000}, async () => {
  const seen: string[] = []
  const slow: string[] = []
  class Noted extends RegExp {
    constructor(source: RegExp | string, flags?: string) {
      super(source, flags)
      seen.push(this.source)
      if (explain(this.source, this.flags).length > 0) slow.push(String(this))
    }
  }
  const {composedIn} = findExpressions()
  vi.resetModules()
  vi.stubGlobal('RegExp', Noted)
  for (const file of composedIn) {
    await import(path.resolve(import.meta.dirname, '../src', file))
  }

  expect(seen.length).toBeGreaterThan(3)
  expect(slow).toEqual([])
})
