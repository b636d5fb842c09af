/**
 * What a provider can do, in the words that orchestrators ask for.
 *
 * @module
 */

/** The six keys. */
export interface ProviderCapabilities {
  readonly auth_modes_supported: readonly ('account' | 'api_key')[]
  readonly can_install: boolean
  readonly install_method: 'cli'
  readonly supports_account_mode: boolean
  readonly supports_recommended_models: boolean
  readonly requires_remote_api: boolean
}

/** The capabilities of the provider type `codex`. */
export function toCapabilities(isAccountModeEnabled: boolean): ProviderCapabilities {
  return {
    auth_modes_supported: isAccountModeEnabled ? ['api_key', 'account'] : ['api_key'],
    can_install: true,
    install_method: 'cli',
    supports_account_mode: isAccountModeEnabled,
    supports_recommended_models: true,
    requires_remote_api: true,
  }
}
