/**
 * What a plugin may call.
 *
 * @module
 */

/** The permissions the host enforces when the function behind them is called. */
export type EnforcedPermission =
  | 'notifications'
  | 'providers:manage'
  | 'settings:write'
  | 'tools:register'

/** Refuses a call the manifest did not ask for. */
export type RequirePermission = (permission: EnforcedPermission) => void

/** Makes the check for one plugin. The function it returns throws when the permission is missing. */
export function createPermissionCheck(granted: readonly string[]): RequirePermission {
  return (permission) => {
    if (!granted.includes(permission)) throw new Error(`Permission denied: ${permission}`)
  }
}
