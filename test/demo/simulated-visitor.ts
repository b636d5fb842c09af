import {startSimulator} from '../../src/simulator/start-simulator.ts'
import {say} from './screen.ts'
import type {Visitor} from './visitor.ts'

const EMAIL = 'ada@example.com'
const SECOND_EMAIL = 'ada@work.example'

/** Starts the stand-in for ChatGPT, with somebody who has an account there. */
export async function createSimulatedVisitor(): Promise<Visitor> {
  const simulator = await startSimulator({
    accounts: [
      // OpenAI has retired the older models for ChatGPT accounts.
      {email: EMAIL, plan: 'plus', olderModels: false},
      {email: SECOND_EMAIL, plan: 'team', olderModels: false},
    ],
  })
  const logins = [EMAIL, SECOND_EMAIL, EMAIL]
  const spendable = [EMAIL, SECOND_EMAIL]
  const approve = (url: string) => simulator.approve(url, {email: logins.shift() ?? EMAIL})
  return {
    introduction: [
      'This is the plugin in a stand-in for Alma, talking to a stand-in for ChatGPT.',
      'Both run here. Nothing leaves this machine, and no account is needed.',
      'The model in the stand-in only repeats what it heard. The way there and back is the real one.',
    ],
    environment: {
      CODEX_AUTH_ISSUER_URL: simulator.issuer.href,
      CODEX_BACKEND_URL: simulator.backendUrl.href,
      CODEX_APP_API_URL: simulator.appApiUrl.href,
    },
    // The stand-in answers at once; a model takes its time.
    hint: ' [simulator delay-ms=15]',
    user: {
      browse: async (url) => {
        say(`The browser opened ${new URL(url).origin}/oauth/authorize`)
        const redirect = await approve(url)
        say(`Ada logged in, and was sent to ${toPlace(redirect)}`)
        return redirect
      },
      type: async (_box, openedUrl) => {
        if (openedUrl === undefined) return undefined
        if (isOfApp(openedUrl)) {
          say(`The browser opened ${toPlace(new URL(openedUrl))}`)
        } else {
          say('Ports 1455 and 1457 are taken, so Ada’s browser cannot come back to the plugin.')
        }
        say('The plugin asks for the address that the browser ended on.')
        const redirect = await approve(openedUrl)
        say(`Ada pasted ${toPlace(redirect)}?code=…`)
        return redirect.href
      },
    },
    spendQuota() {
      const primary = {usedPercent: 100, resetAfterSeconds: 3600}
      simulator.changeAccount(spendable.shift() ?? EMAIL, {primary})
    },
    leave: async () => simulator.close(),
  }
}

function isOfApp(url: string): boolean {
  return new URL(url).pathname.startsWith('/api/accounts/')
}

/** A URL without its query, which holds the code. */
function toPlace({origin, pathname}: URL): string {
  return origin + pathname
}
