/**
 * Apps that registered themselves for "Sign in with ChatGPT". A registration belongs to one user in one workspace.
 *
 * @module
 */
import {randomBytes} from 'node:crypto'
import type {SimulatedAccount} from './simulated-account.ts'

/** The client id with which an app asks that has none yet. */
export const DYNAMIC_CLIENT_ID = 'dynamic_agent_client'

/** An app as one user knows it. */
export interface AppRegistration {
  readonly clientId: string
  /** What the app called itself. */
  readonly agentName: string
  /** `urn:uuid:…` of the installation. */
  readonly hostId: string
  readonly account: SimulatedAccount
}

/** The registrations of a simulator. */
export interface AppRegistrationBook {
  /** Issues a client id. */
  register(app: Omit<AppRegistration, 'clientId'>): AppRegistration
  find(clientId: string): AppRegistration | undefined
  clear(): void
}

/** Makes a book without registrations. */
export function createAppRegistrationBook(): AppRegistrationBook {
  const registrations = new Map<string, AppRegistration>()
  return {
    register: (app) => {
      const clientId = `oaiapp_${randomBytes(12).toString('hex')}`
      const registration = {...app, clientId}
      registrations.set(clientId, registration)
      return registration
    },
    find: (clientId) => registrations.get(clientId),
    clear: () => registrations.clear(),
  }
}
