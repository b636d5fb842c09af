import process from 'node:process'
import {createInterface} from 'node:readline/promises'
import {say} from './screen.ts'
import type {Visitor} from './visitor.ts'

const INTERRUPTED = 130

/** The user at this terminal, with their own ChatGPT account. */
export function createLiveVisitor(): Visitor {
  const terminal = createInterface({input: process.stdin, output: process.stdout})
  // Without this, Ctrl-C ends the question and nothing else.
  terminal.on('SIGINT', () => process.exit(INTERRUPTED))
  const ask = async (signal?: AbortSignal): Promise<string> => {
    // Rejected when the redirect was faster, or when there is no terminal to answer from.
    const answer = terminal.question('   > ', signal ? {signal} : {}).catch(() => '')
    return (await answer).trim()
  }
  return {
    introduction: [
      'This is the plugin in a stand-in for Alma, talking to the real ChatGPT with your account.',
      'It asks two short questions, which count against your limits.',
      'Your login is kept in memory and is gone when the demo ends.',
    ],
    environment: {},
    hint: '',
    user: {
      browse: async (url, signal) => {
        say(`Log in here:\n\n${url}\n`)
        say('The page at the end is caught by itself. If it does not load, paste its address here.')
        const pasted = await ask(signal)
        return URL.canParse(pasted) ? new URL(pasted) : undefined
      },
      type: async (_box, openedUrl) => {
        say(`The browser cannot come back to the plugin by itself. Log in here:\n\n${openedUrl}\n`)
        say('Then paste the address of the page that does not load.')
        return (await ask()) || undefined
      },
    },
    leave: async () => terminal.close(),
  }
}
