/**
 * An answer, as it arrives.
 *
 * @module
 */
import type {TextStreamPart, ToolSet} from 'ai-v6'
import {emphasize, say, startFlow, type Flow} from './screen.ts'

/**
 * Writes reasoning, answer and tool calls as they arrive.
 *
 * @throws What the model or the connection failed with.
 */
export async function showAnswer(parts: AsyncIterable<TextStreamPart<ToolSet>>): Promise<void> {
  let flow = startFlow()
  for await (const part of parts) {
    if (part.type === 'reasoning-start') flow = startParagraph('It thinks:', startFlow('dim'))
    if (part.type === 'text-start') flow = startParagraph('It answers:', startFlow())
    if (part.type === 'reasoning-delta' || part.type === 'text-delta')
      flow.add(part.text.replaceAll('**', ''))
    if (part.type === 'reasoning-end' || part.type === 'text-end') flow.end()
    showToolUse(part)
    if (part.type === 'error') throw part.error
    if (part.type === 'abort') throw new Error('The demo took too long and was stopped.')
  }
}

function startParagraph(title: string, flow: Flow): Flow {
  say(emphasize('bold', title))
  return flow
}

function showToolUse(part: TextStreamPart<ToolSet>): void {
  if (part.type === 'tool-call') {
    say(emphasize('bold', `It calls the tool ${part.toolName} with ${JSON.stringify(part.input)}`))
  }
  if (part.type === 'tool-result') say(`The tool answers ${JSON.stringify(part.output)}`)
}
