import process from 'node:process'
import {createInterface} from 'node:readline/promises'
import {say} from './screen.ts'
import type {Visitor} from './visitor.ts'

/** The person at this terminal, with their own ChatGPT account. */
export function createLiveVisitor(): Visitor {
  const terminal = createInterface({input: process.stdin, output: process.stdout})
  const ask = async (url: string | undefined, signal?: AbortSignal) => {
    if (url !== undefined) say(`Log in here:\n\n${url}\n`)
    say('The page at the end is caught by itself. If it does not load, paste its address here.')
    const answer = await terminal.question('   > ', signal ? {signal} : {})
    return answer.trim() || undefined
  }
  return {
    introduction: [
      'This is the plugin in a stand-in for Alma, talking to the real ChatGPT with your account.',
      'It asks two short questions, which count against your limits.',
      'Your login is kept in memory and is gone when the demo ends.',
    ],
    environment: {},
    hint: '',
    person: {
      browse: async (url, signal) => {
        const pasted = await ask(url, signal)
        return pasted === undefined ? undefined : new URL(pasted)
      },
      type: async (_box, openedUrl) => ask(openedUrl),
    },
    leave: async () => terminal.close(),
  }
}
