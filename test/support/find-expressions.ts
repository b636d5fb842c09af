/**
 * The regular expressions of the product, as its source has them.
 *
 * @module
 */
import {readdirSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {parseSync, Visitor} from 'oxc-parser'

const SOURCE = path.resolve(import.meta.dirname, '../../src')

/** An expression, and where it is written. */
export interface FoundExpression {
  /** Relative to `src`. */
  readonly file: string
  readonly source: string
  readonly flags: string
}

/** What is written as an expression, and the files that put expressions together while they run. */
export interface FoundExpressions {
  readonly literals: readonly FoundExpression[]
  readonly composedIn: ReadonlySet<string>
}

/** Reads all of the source. */
export function findExpressions(): FoundExpressions {
  const literals: FoundExpression[] = []
  const composedIn = new Set<string>()
  const files = readdirSync(SOURCE, {recursive: true, encoding: 'utf8'})
  for (const file of files.filter((name) => name.endsWith('.ts'))) {
    const {program} = parseSync(file, readFileSync(path.join(SOURCE, file), 'utf8'))
    const noteComposed = (callee: {readonly type: string; readonly name?: unknown}) => {
      if (callee.type === 'Identifier' && callee.name === 'RegExp') composedIn.add(file)
    }
    new Visitor({
      Literal(node) {
        if (!('regex' in node) || !node.regex) return
        literals.push({file, source: node.regex.pattern, flags: node.regex.flags})
      },
      NewExpression: ({callee}) => noteComposed(callee),
      CallExpression: ({callee}) => noteComposed(callee),
    }).visit(program)
  }
  return {literals, composedIn}
}
