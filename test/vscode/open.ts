/**
 * Starts the editor in a browser with the extension and the stand-in for ChatGPT: `npm run vscode`.
 *
 * @module
 */
import {once} from 'node:events'
import path from 'node:path'
import process from 'node:process'
import packageJson from '../../package.json' with {type: 'json'}
import {startSimulator} from '../../src/simulator/start-simulator.ts'
import {installServer} from './host/install-host.ts'
import {startServer} from './host/start-editor.ts'

console.log('Starting VS Code in a browser; the first time, it is installed into .cache …')
const simulator = await startSimulator({
  accounts: [{email: 'you@example.com'}, {email: 'you@work.example', plan: 'team'}],
})
const server = await startServer({
  host: await installServer(),
  environment: {
    CODEX_AUTH_ISSUER_URL: simulator.issuer.href,
    CODEX_BACKEND_URL: simulator.backendUrl.href,
  },
  install: path.resolve(`dist/openai-codex-auth-${packageJson.version}.vsix`),
})
const address = new URL(`http://127.0.0.1:${server.port}/`)
address.searchParams.set('folder', path.join(server.folder, 'workspace'))
console.log(`
Open ${address.href}
1. Press F1 and run "Codex: Log In"; the stand-in for ChatGPT lets you choose an account.
2. Choose "Open Chat" where the editor says "Logged in as …", and ask.

The stand-in for ChatGPT is at ${simulator.issuer.href}: questions with words such as [simulator deltas=300] steer its answers,
and docs/simulator.md says how to reach an account's limit.
Stop it with Ctrl-C. The profile is gone then.`)
await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
await server.stop()
await simulator.close()
