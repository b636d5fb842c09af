/**
 * The client keys as the dashboard shows them.
 *
 * @module
 */
import {withoutUndefined} from '../../base/without-undefined.ts'
import type {ClientKey} from '../keys/client-key.ts'
import type {PageKey} from './page-state.ts'

/** Describes a key, without its hash. */
export function describeKey(key: ClientKey): PageKey {
  const {createdAtMs, expiresAtMs, id, lastUsedAtMs, models, name, scopes} = key
  return withoutUndefined({
    id,
    name,
    class: key.class,
    scopes,
    models,
    expiresAtMs,
    createdAtMs,
    lastUsedAtMs,
  })
}
