/**
 * Keys that clients of the gateway show, and what of them is kept.
 *
 * A key has 256 random bits, so nobody can try them all, however fast: its plain SHA-256 is as safe to keep as that of a
 * slow function, which is for passwords, and would cost every request 50 ms.
 *
 * @module
 */
import {hash as hashOnce, randomBytes, timingSafeEqual} from 'node:crypto'
import * as z from 'zod/mini'
import {isJsonObject, parseJson, toList} from '../../base/json-object.ts'
import {withoutUndefined} from '../../base/without-undefined.ts'
import type {ClientClass} from '../exchange/exchange.ts'

/**
 * What a key is good for.
 *
 * - `answers`: Responses and chat completions.
 * - `images`: making and changing images.
 * - `codex`: other calls of the official client, which are passed on.
 * - `accounts`: logging accounts in and out, by the connector.
 */
export const KEY_SCOPES = ['answers', 'images', 'codex', 'accounts'] as const

/** What a key is good for. */
export type KeyScope = (typeof KEY_SCOPES)[number]

/** What a name of a key is made of, as a sentence. */
export const KEY_NAME_RULE = 'The name of a key has at most 64 letters, digits and . _ @ -.'

/** What a key is good for unless its owner says otherwise. */
export const DEFAULT_KEY_SCOPES: readonly KeyScope[] = ['answers', 'images']

/** Whether a key can have this name. */
export function isKeyName(name: string): boolean {
  return /^[\w.@-]{1,64}$/.test(name)
}

/** What its owner decides. */
export interface KeyWish {
  /** How its owner calls it. */
  readonly name: string
  readonly class: ClientClass
  readonly scopes: readonly KeyScope[]
  /** The models that it may ask for. Default: all. */
  readonly models?: readonly string[]
  /** Milliseconds since the Unix epoch. Default: never. */
  readonly expiresAtMs?: number
}

/** What is kept of a key. */
export interface ClientKey extends KeyWish {
  /** Stable, and no secret. */
  readonly id: string
  /** SHA-256 of the key, in hexadecimal digits. */
  readonly hash: string
  /** Milliseconds since the Unix epoch. */
  readonly createdAtMs: number
  /** Milliseconds since the Unix epoch, to a few minutes. Absent when it was never used. */
  readonly lastUsedAtMs?: number
}

/** What cannot be read must not allow more than it says. */
const RECORD = z.object({
  id: z.string(),
  name: z.string(),
  class: z.enum(['interactive', 'background']),
  scopes: z.array(z.string()),
  models: z.optional(z.array(z.string())),
  expiresAtMs: z.optional(z.number()),
  hash: z.string(),
  createdAtMs: z.number(),
  lastUsedAtMs: z.optional(z.number()),
})

/** In front of every key, so that users and secret scanners know it when they see it. */
const PREFIX = 'cao_'

const KEY = /^cao_[\w-]{43}$/

/** Makes a key. It is shown once: only its hash is kept. */
export function createKey(
  wish: KeyWish,
  nowMs: number,
): {readonly key: string; readonly record: ClientKey} {
  const key = PREFIX + randomBytes(32).toString('base64url')
  const id = randomBytes(4).toString('hex')
  return {key, record: {id, ...wish, createdAtMs: nowMs, hash: hash(key).toString('hex')}}
}

/** Whether it could be a key, and is nothing else that clients send. */
export function isKey(text: string): boolean {
  return KEY.test(text)
}

/** Whether the time of a key is over. */
export function isExpired({expiresAtMs = Infinity}: ClientKey, nowMs: number): boolean {
  return expiresAtMs <= nowMs
}

/** The record of a key, found in a time that does not depend on how much of it is right. */
export function findKey(records: readonly ClientKey[], key: string): ClientKey | undefined {
  const wanted = hash(key)
  return records.reduce<ClientKey | undefined>((found, record) => {
    const known = Buffer.from(record.hash, 'hex')
    const isSame = known.length === wanted.length && timingSafeEqual(known, wanted)
    return isSame ? record : found
  }, undefined)
}

/** SHA-256 of a text. */
export function hash(text: string): Buffer {
  return hashOnce('sha256', text, 'buffer')
}

/** Reads what is kept; `undefined` when it is damaged. A record that is none is left out: it opens nothing. */
export function parseKeys(text: string): readonly ClientKey[] | undefined {
  const file = parseJson(text)
  if (!isJsonObject(file) || !Array.isArray(file['keys'])) return undefined
  return toList(file['keys']).flatMap((value) => {
    const {data, success} = RECORD.safeParse(value)
    if (!success) return []
    return [
      withoutUndefined({...data, scopes: KEY_SCOPES.filter((one) => data.scopes.includes(one))}),
    ]
  })
}

/** The text that is kept. */
export function toKeysText(keys: readonly ClientKey[]): string {
  return `${JSON.stringify({keys}, undefined, 2)}\n`
}
