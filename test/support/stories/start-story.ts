/**
 * The plugin as it is shipped, in the host, with a stand-in for ChatGPT.
 *
 * @module
 */
import {expect, onTestFinished} from 'vitest'
import {startSimulator, type Simulator} from '../../../src/simulator/start-simulator.ts'
import type {User} from '../alma/user.ts'
import {startAlmaHost, type AlmaHost, type AlmaHostOptions} from './alma-host.ts'
import {recordSecrets} from './secret-recorder.ts'

/** Everything of one story. It ends with the test. */
export interface Story {
  readonly simulator: Simulator
  readonly host: AlmaHost
  /** What the plugin wrote or showed, anywhere, plus what the test heard of it. */
  heard(): string
  /** Adds a message that reached the user by other ways, for example an answer. */
  hear(message: unknown): void
}

/** How a story starts. */
export interface StoryOptions extends Omit<AlmaHostOptions, 'environment' | 'user'> {
  readonly simulator?: Parameters<typeof startSimulator>[0]
  /** Who sits there. Default: somebody who logs in with the first account. */
  readonly user?: (simulator: Simulator) => User
  /** Connect before the story begins. Default: no. */
  readonly connected?: boolean
}

/**
 * Starts a story. When the test is over, no token, code or verifier of it may have reached a log
 * line, a notification or an error.
 */
export async function startStory(options: StoryOptions = {}): Promise<Story> {
  const {simulator: simulatorOptions, user = logIn, connected = false, ...hostOptions} = options
  const recorder = recordSecrets()
  const simulator = await startSimulator(simulatorOptions)
  const environment = {
    CODEX_AUTH_ISSUER_URL: simulator.issuer.href,
    CODEX_BACKEND_URL: simulator.backendUrl.href,
    CODEX_APP_API_URL: simulator.appApiUrl.href,
  }
  const host = await startAlmaHost({...hostOptions, environment, user: user(simulator)})
  const messages: string[] = []
  const heard = () => [...messages, JSON.stringify([host.log, host.seen])].join('\n')
  onTestFinished(async () => {
    host.stop()
    recorder.stop()
    await simulator.close()
    const leaked = [...recorder.secrets].filter((secret) => heard().includes(secret))
    expect(leaked, 'secrets in logs, notifications or errors').toEqual([])
  })
  if (connected) {
    expect(await host.connect()).toEqual({success: true})
    expect(recorder.secrets.size, 'secrets to look for').toBeGreaterThanOrEqual(5)
  }
  return {simulator, host, heard, hear: (message) => void messages.push(String(message))}
}

function logIn(simulator: Simulator): User {
  return {browse: async (url) => simulator.approve(url)}
}
