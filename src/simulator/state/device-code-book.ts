/**
 * Device logins that wait for their user.
 *
 * @module
 */
import {randomBytes, randomInt} from 'node:crypto'
import type {SimulatedAccount} from './simulated-account.ts'

/** Letters and digits that are hard to mix up. */
const ALPHABET = 'BCDFGHJKLMNPQRSTVWXZ23456789'

/** A device login that was started. */
export interface DeviceLogin {
  readonly deviceAuthId: string
  /** What the user types, for example `ABCD-12345`. */
  readonly userCode: string
  readonly clientId: string
  readonly expiresAtMs: number
}

/** How far a device login is. */
export type DeviceLoginState =
  | {readonly kind: 'approved'; readonly account: SimulatedAccount; readonly clientId: string}
  | {readonly kind: 'pending' | 'unknown'}

/** Device logins that wait for their user. */
export interface DeviceCodeBook {
  start(clientId: string): DeviceLogin
  /** The user typed the code and chose an account. False when the code is unknown or too old. */
  approve(userCode: string, account: SimulatedAccount): boolean
  /** Whether the login was approved. An approval is told once. */
  poll(deviceAuthId: string, userCode: string): DeviceLoginState
}

/** Makes a device code book without logins, whose codes are good for so long. */
export function createDeviceCodeBook(now: () => number, lifetimeSeconds: number): DeviceCodeBook {
  const logins = new Map<string, DeviceLogin & {account?: SimulatedAccount}>()

  return {
    start: (clientId) => {
      const login = {
        deviceAuthId: `deviceauth_${randomBytes(16).toString('hex')}`,
        userCode: `${randomText(4)}-${randomText(5)}`,
        clientId,
        expiresAtMs: now() + lifetimeSeconds * 1000,
      }
      logins.set(login.userCode, login)
      return login
    },
    approve: (userCode, account) => {
      const login = logins.get(userCode.trim().toUpperCase())
      if (!login || login.expiresAtMs <= now()) return false
      login.account = account
      return true
    },
    poll: (deviceAuthId, userCode) => {
      const login = logins.get(userCode)
      if (login?.deviceAuthId !== deviceAuthId || login.expiresAtMs <= now()) {
        return {kind: 'unknown'}
      }
      if (!login.account) return {kind: 'pending'}
      logins.delete(userCode)
      return {kind: 'approved', account: login.account, clientId: login.clientId}
    },
  }
}

function randomText(length: number): string {
  return Array.from({length}, () => ALPHABET[randomInt(ALPHABET.length)]).join('')
}
