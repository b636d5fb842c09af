import {readFileSync} from 'node:fs'
import {expect, test} from 'vitest'
import type {PluginContext, ProviderDefinition} from 'alma-plugin-api'
import manifest from '../manifest.json' with {type: 'json'}
import packageJson from '../package.json' with {type: 'json'}
import type {AlmaContext, AlmaProvider} from '../src/hosts/alma/alma-api.ts'

test('package, plugin and bundle have one version, above the 1.9.0 of the earlier plugin', () => {
  expect(manifest.version).toBe(packageJson.version)
  expect(readFileSync('dist/main.js', 'utf8').split('\n')[0]).toBe(
    `// OpenAI Codex Auth ${packageJson.version}`,
  )
  expect(Number(manifest.version.split('.')[0])).toBeGreaterThanOrEqual(2)
})

test('the plugin keeps the ids under which users have it', () => {
  expect(manifest).toMatchObject({
    id: 'openai-codex-auth',
    main: 'dist/main.js',
    type: 'provider',
    contributes: {
      providers: [{id: 'openai-codex', name: 'OpenAI Codex (ChatGPT)', authType: 'oauth'}],
    },
  })
})

test('it asks for no permission beyond those its page in docs lists', () => {
  expect(manifest.permissions).toEqual([
    'network:fetch',
    'network:localhost',
    'network:domain:auth.openai.com',
    'network:domain:chatgpt.com',
    'providers:manage',
    'notifications',
  ])
  const page = readFileSync('docs/alma.md', 'utf8')
  expect(manifest.permissions.filter((permission) => !page.includes(`\`${permission}\``))).toEqual(
    [],
  )
})

test('commands are named after the plugin', () => {
  expect(manifest.contributes.commands.map(({id}) => id)).toEqual([
    'openai-codex-auth.login',
    'openai-codex-auth.loginAsApp',
    'openai-codex-auth.logout',
    'openai-codex-auth.status',
    'openai-codex-auth.accounts',
    'openai-codex-auth.switchAccount',
    'openai-codex-auth.importLogin',
    'openai-codex-auth.whyThisAccount',
  ])
})

/** Checked by the compiler: what the host hands over fits, and so does what it takes. */
function takeContext(context: PluginContext): Omit<AlmaContext, 'providers'> {
  return context
}

function giveProvider(provider: AlmaProvider): ProviderDefinition {
  return provider
}

test('our idea of the host fits the published types', () => {
  expect([takeContext, giveProvider]).toHaveLength(2)
})
