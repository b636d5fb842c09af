/**
 * What a prompt can tell the simulator.
 *
 * A line `[simulator name=value …]` anywhere in the last user message changes the answer:
 *
 * | name | what it does | default |
 * | --- | --- | --- |
 * | `deltas` | the text has exactly this many deltas | one per word |
 * | `delta-bytes` | length of each of those deltas | 8 |
 * | `delay-ms` | every event waits this long | 0, events are sent as fast as they are read |
 * | `reasoning-deltas` | deltas of the reasoning summary, when one was asked for | 2 |
 * | `output` | `full` repeats the output in the terminal event, `empty` does not | the simulator's |
 * | `end` | the event at the end: `completed`, `incomplete` | `completed` |
 *
 * A prompt that says `use the tool <name>` or `call <name>` gets a call of that tool, if the request
 * offers it; several such lines get several calls. JSON after the name becomes the arguments; other text on the same
 * line after a colon becomes the input of a custom tool. `search the web for <words>` gets a search, if the request
 * lets the backend search.
 *
 * @module
 */
import * as z from 'zod'

const LINE = /\[simulator ([^\]]*)\]\s*/g
const PAIR = /(?<![a-z-])([a-z-]+)=(\S+)/g
const number = z.coerce.number<string>().int().min(0)

const directivesSchema = z.strictObject({
  deltas: number.max(1_000_000).optional(),
  'delta-bytes': number.min(1).max(10_000).optional(),
  'delay-ms': number.max(60_000).optional(),
  'reasoning-deltas': number.max(1_000_000).optional(),
  output: z.enum(['empty', 'full']).optional(),
  end: z.enum(['completed', 'incomplete']).optional(),
})

/** What a prompt told the simulator. */
export type Directives = z.infer<typeof directivesSchema>

/** A prompt, taken apart. */
export interface ParsedPrompt {
  /** The prompt without the lines for the simulator; or what is wrong with them. */
  readonly text: string
  readonly directives: Directives
}

/** Takes the directives out of a prompt. */
export function parsePrompt(prompt: string): ParsedPrompt {
  const lines = [...prompt.matchAll(LINE)].map(([, pairs = '']) => pairs)
  const pairs = [...lines.join(' ').matchAll(PAIR)].map(([, name, value]) => [name, value])
  const parsed = directivesSchema.safeParse(Object.fromEntries(pairs))
  return parsed.success
    ? {text: prompt.replaceAll(LINE, '').trim(), directives: parsed.data}
    : {text: `a directive that is wrong: ${z.prettifyError(parsed.error)}`, directives: {}}
}
