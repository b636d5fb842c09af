/**
 * The plugin's settings page.
 *
 * @module
 */
import type {SettingsAPI, SettingsChangeEvent} from 'alma-plugin-api'
import {createEmitter} from './emitter.ts'
import type {Manifest} from './manifest.ts'
import type {RequirePermission} from './permissions.ts'

/** The settings as the plugin sees them, and as the user changes them. */
export interface Settings {
  readonly api: SettingsAPI
  /** What the settings page does when the user changes a value. It does not check the type. */
  set(key: string, value: unknown): void
}

/** Creates the settings of one plugin over `values` (JSON text by key). */
export function createSettings(
  values: Map<string, string>,
  manifest: Manifest,
  requirePermission: RequirePermission,
): Settings {
  const changed = createEmitter<SettingsChangeEvent>()
  const declared = manifest.contributes.configuration?.properties ?? {}
  const read = (key: string): unknown => {
    const text = values.get(key)
    return text === undefined ? declared[key]?.default : JSON.parse(text)
  }
  const set = (key: string, newValue: unknown) => {
    const oldValue = read(key)
    values.set(key, JSON.stringify(newValue) ?? 'null')
    changed.fire({key, oldValue, newValue})
  }
  return {
    api: {
      get: <T>(key: string, defaultValue?: T) => (read(key) ?? defaultValue) as T,
      update: async (key, value) => {
        requirePermission('settings:write')
        set(key, value)
      },
      onDidChange: changed.event,
    },
    set,
  }
}
