import {readdirSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {transformSync} from 'esbuild'
import {parseAst} from 'vitest/node'

/** A sentence of the product, with an example in each of its gaps. */
export interface Message {
  readonly file: string
  /** The error that it is of, or how it is shown. */
  readonly kind: string
  readonly text: string
}

interface Node {
  readonly type: string
  readonly [field: string]: unknown
}

/** What stands in a gap, by the last name in its expression, and by what stands before the gap. */
const EXAMPLES: readonly (readonly [names: RegExp, example: string, before?: RegExp])[] = [
  [/^(?:toName|label)$/, '5 h limit', /How much of the $/],
  [/^(?:toName|label|toAccountLabel)$/, 'bob@example.com', /(?:with|[,.]) $/],
  [/^toRelative$/, '2h ago', /expired $/],
  [/^when$/, ' 2h ago', /refresh$/],
  [/^bindAddress$/, '127.0.0.1'],
  [/^host$/, '127.0.0.1', /@$/],
  [/^ports?$/, '1455'],
  [/^(?:toLocalTime|toTime|toClock|toClockTime|until|reset|moment)$/, 'Nov 30, 2026, 5:00 PM'],
  [/^(?:toRelative|when|back)$/, 'in 2h'],
  [/(?:label|toAccountLabel|toName|email)$/i, 'ada@example.com'],
  [/^toAccountTitle$/, 'ada@example.com (ChatGPT Plus)'],
  [/^(?:name|account|from|owner)$/, 'work'],
  [/^(?:to|next|picked)$/, 'spare'],
  [/^(?:host|hostname)$/, 'chatgpt.com'],
  [/percent/i, '80'],
  [/^(?:status)$/, '503'],
  [/(?:seconds|minutes|count|megabytes|length|port|ports|code)$/i, '15'],
  [/(?:file|folder|path|base|home|source|target)$/i, '~/example'],
  [/(?:url|href|address|origin)$/i, 'http://127.0.0.1:4319'],
  [/^model/, 'gpt-5.5'],
]

/** Folders whose texts no user meets: prompts for a model, descriptions of an API, icons. */
const ASIDE =
  /^src\/(?:agent\/prelude|gateway\/openapi|responses\/schema|responses\/request\/(?:instructions|items\/item-rules)|simulator\/(?:help|responses\/|images\/))/

/** Calls whose texts go to a log, or are for programs. */
const UNSEEN = /^(?:debug|trace|addEventListener|describe|regex|refine|report)$/

/** How a text is shown, by the call that it is given to. */
const SHOWN: readonly (readonly [calls: RegExp, kind: string])[] = [
  [/^(?:out|err|note|warn|print|write|writeErr)$/, 'line'],
  [/^(?:showNotification|show\w+Message|tell)$/, 'notification'],
  [/^(?:option|description|argument|usage|addHelpText|createNumberOption|command)$/, 'help'],
  [/^(?:toProblem|toWrong)$/, 'finding'],
  [/^(?:showQuickPick|showInputBox|pick|askForText|showConfirmDialog)$/, 'dialog'],
]

/** Every sentence in the code of the product, in the order of its files. */
export function readMessages(): readonly Message[] {
  return readdirSync('src', {recursive: true, encoding: 'utf8'})
    .map((name) => path.posix.join('src', name))
    .filter((file) => /\.tsx?$/.test(file) && !ASIDE.test(file))
    .toSorted()
    .flatMap(readFile)
}

function readFile(file: string): readonly Message[] {
  const loader = file.endsWith('x') ? 'tsx' : 'ts'
  const {code} = transformSync(readFileSync(file, 'utf8'), {
    loader,
    target: 'esnext',
    jsx: 'automatic',
  })
  const found: Message[] = []
  visit(parseAst(code) as unknown as Node, 'text', (kind, text) => {
    const isKnown = found.some((message) => message.text === text)
    if (isSentence(text, kind) && !isKnown) found.push({file, kind, text})
  })
  return found
}

function visit(node: Node, kind: string, tell: (kind: string, text: string) => void): void {
  const text = toText(node)
  if (text !== undefined) tell(kind, text)
  const own = toKind(node) ?? kind
  if (own === 'unseen' || LEAVES.has(node.type) || isSpanish(node)) return
  for (const [field, value] of Object.entries(node)) {
    // The parts of a sentence are said with it.
    if (text !== undefined && field !== 'expressions') continue
    for (const part of [value].flat()) if (isNode(part)) visit(part, own, tell)
  }
}

const LEAVES = new Set(['ImportDeclaration', 'Literal'])

function isSpanish(node: Node): boolean {
  return isNamed(node['id'], 'SPANISH') || (node.type === 'Property' && isNamed(node['key'], 'es'))
}

function toKind(node: Node): string | undefined {
  if (node.type !== 'NewExpression' && node.type !== 'CallExpression') return undefined
  const name = toLastName(node['callee'])
  if (node.type === 'NewExpression') return name.endsWith('Error') ? name : undefined
  if (UNSEEN.test(name) || toLastName((node['callee'] as Node)['object']) === 'log') return 'unseen'
  return SHOWN.find(([calls]) => calls.test(name))?.[1]
}

/** The whole text of a literal, a template or a sum of them, with examples in its gaps. */
function toText(node: Node): string | undefined {
  if (node.type === 'Literal') return typeof node['value'] === 'string' ? node['value'] : undefined
  if (node.type === 'BinaryExpression' && node['operator'] === '+') {
    const sides = [node['left'], node['right']].map((side) => toText(side as Node))
    return sides.every((side) => side !== undefined) ? sides.join('') : undefined
  }
  if (node.type !== 'TemplateLiteral') return undefined
  const gaps = node['expressions'] as readonly Node[]
  return (node['quasis'] as readonly {value: {cooked: string}}[]).reduce((said, {value}, index) => {
    const gap = gaps[index]
    const before = said + value.cooked
    return before + (gap === undefined ? '' : toExample(gap, before))
  }, '')
}

function toExample(node: Node, before: string): string {
  const text = toText(node)
  if (text !== undefined) return text
  if (node.type === 'ConditionalExpression') {
    const sides = [node['consequent'], node['alternate']].map((side) =>
      toExample(side as Node, before),
    )
    return sides.find((side) => side !== '') ?? ''
  }
  const name = toLastName(node)
  const found = EXAMPLES.find(
    ([names, , after]) => names.test(name) && (after === undefined || after.test(before)),
  )
  return found?.[1] ?? `[${name}]`
}

function toLastName(value: unknown): string {
  if (!isNode(value)) return ''
  switch (value.type) {
    case 'Identifier':
      return String(value['name'])
    case 'MemberExpression':
      return toLastName(value['property'])
    case 'CallExpression':
      return toLastName(value['callee'])
    case 'LogicalExpression':
      return toLastName(value['left'])
    case 'ChainExpression':
      return toLastName(value['expression'])
    default:
      return '…'
  }
}

function isSentence(text: string, kind: string): boolean {
  const words = text.trim().split(/\s+/)
  if (
    kind === 'unseen' ||
    words.length < 2 ||
    /^[\s<{@#]|^s?\/[\^ ]|[{};]$|^[\w-]+: |^--?\w|^[A-Z]{6} [\w*]/.test(text)
  )
    return false
  const isSpoken = kind !== 'text' || (words.length > 2 && /[.!?…:]$/.test(text.trim()))
  return isSpoken && /[a-z]{2}/.test(text)
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value
}

function isNamed(value: unknown, name: string): boolean {
  return isNode(value) && value['name'] === name
}
