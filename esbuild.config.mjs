import {chmodSync, cpSync, readFileSync, writeFileSync} from 'node:fs'
import {homedir} from 'node:os'
import path from 'node:path'
import process from 'node:process'
import {build} from 'esbuild'
import {buildLibraries} from './scripts/build-libraries.mjs'
import {buildDashboard} from './scripts/build-dashboard.mjs'
import {buildExtension, buildExtensionTests} from './scripts/build-extension.mjs'
import {partsApart} from './scripts/parts-apart.mjs'
import {shippedLicenses} from './scripts/ship-licenses.mjs'

/**
 * The most a host has to load, in bytes. 16 kB of it is what proves who has logged in with "Sign in with ChatGPT":
 * the plugin has to be one file, so it cannot be loaded at the login only, as the extension and `cao` do.
 */
const BUDGET_BYTES = 321_000

/** Package, plugin and bundle have one version, and `package.json` is where it is written. */
const {version, license} = /** @type {{version: string, license: string}} */ (
  JSON.parse(readFileSync('package.json', 'utf8'))
)

if (process.argv.includes('--version')) {
  const manifest = readFileSync('manifest.json', 'utf8')
  writeFileSync('manifest.json', manifest.replace(/"version": ".*?"/, `"version": "${version}"`))
}

/** Some of the libraries are CommonJS, and ask for the modules of Node in their way. */
const CAO_BANNER = `#!/usr/bin/env node
// OpenAI Codex Auth ${version}
import {createRequire as createCaoRequire} from 'node:module'
const require = createCaoRequire(import.meta.url)`

/** The same for the simulator, which is started with Node. */
const SIMULATOR_BANNER = CAO_BANNER.replace(/^#!.*\n/, '')

/** @type {import('esbuild').BuildOptions} */
const common = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  sourcemap: true,
  metafile: true,
  logLevel: 'warning',
  banner: {js: `// OpenAI Codex Auth ${version}`},
}

/**
 * Loads modules of Node with the module that imports them. As imports of the bundle, all of them would be
 * loaded at the start, also those of code that most people never reach. Each name is a variable of its own
 * here, which is what makes the bundle small: names that nobody imports are left out, and the others are
 * shortened. Measured on 2026-11-21: 1.7 kB less of `main.js` than with CommonJS modules for them.
 *
 * @type {import('esbuild').Plugin}
 */
const lateBuiltins = {
  name: 'late-builtins',
  setup(bundle) {
    bundle.onResolve({filter: /^node:/}, ({path: name, kind}) =>
      // CommonJS loads late by itself.
      kind === 'require-call'
        ? {path: name, external: true}
        : {path: name, namespace: 'builtin', sideEffects: false},
    )
    bundle.onLoad({filter: /.*/, namespace: 'builtin'}, async ({path: name}) => {
      // It is there already, and an import would look at all that it has: 10 of 66 ms of the start, measured on
      // 2026-11-30. What it has may be another thing a moment later, so nothing is taken out of it.
      if (name === 'node:process') return {contents: 'export default process'}
      const names = Object.keys(await import(name)).filter((key) => key !== 'default')
      const variables = names.map(
        (key) => `const $${key} = /* @__PURE__ */ (() => all.${key})()\nexport {$${key} as ${key}}`,
      )
      const all = `const all = /* @__PURE__ */ process.getBuiltinModule('${name}')`
      return {contents: [all, 'export default all', ...variables].join('\n')}
    })
  },
}

/**
 * Fails when a bundle has other characters than ASCII: V8 would hold all of it with two bytes for each character.
 * Strings are escaped by themselves; expressions and raw templates are not.
 *
 * @type {import('esbuild').Plugin}
 */
const asciiOnly = {
  name: 'ascii-only',
  setup(bundle) {
    bundle.onEnd(({metafile}) => {
      const files = Object.keys(metafile?.outputs ?? {}).filter((file) => file.endsWith('.js'))
      const found = files.flatMap((file) => {
        const [text] = /.{0,40}[^\0-\x7f].{0,40}/.exec(readFileSync(file, 'utf8')) ?? []
        return text === undefined ? [] : [{text: `${file} is not ASCII: ${text}`}]
      })
      return {errors: found}
    })
  },
}

/**
 * Parts of `cao` that are files of their own, by the names of their bundles: a start that does not need them does
 * not read them. Each has its own copy of what it shares with `cao`, so no `instanceof` holds across the border:
 * what such a file exports takes and gives plain values, and reports its own errors. One set of shared files would
 * cost each start 15 of 175 ms, measured on 2026-11-30.
 *
 * @type {Readonly<Record<string, string>>}
 */
const CAO_PARTS = {
  gateway: 'src/cli/gateway/start/run-gateway.ts',
  agent: 'src/cli/agent/agent-part.ts',
  'agent-host': 'src/cli/agent/agent-host-part.ts',
  'gateway-routing': 'src/cli/gateway/routing/enable-gateway.ts',
  'gateway-rules': 'src/cli/gateway/rules/run-rule-command.ts',
  tokenizer: 'src/dialects/messages/tokens/tokenizer.ts',
  'proxy-fetch': 'src/cli/network/proxy-fetch.ts',
  prompts: 'src/cli/prompts.ts',
  'open-page': 'src/cli/login/open-page.ts',
  'prove-id-token': 'src/oauth/app/prove-id-token.ts',
}

/**
 * What people load: every start reads and parses all of it. The names are in the source map.
 *
 * @type {import('esbuild').BuildOptions}
 */
const product = {
  ...common,
  minify: true,
  // Modules are strict by themselves: with the settings of `tsconfig.json`, each of them would say so (2.5 kB).
  tsconfigRaw: {},
  legalComments: 'none',
  plugins: [lateBuiltins, asciiOnly, shippedLicenses],
}

/** @type {import('esbuild').BuildOptions} */
const cao = {
  ...product,
  plugins: [lateBuiltins, partsApart(CAO_PARTS), shippedLicenses],
  outdir: 'dist',
}

const {metafile} = await build({
  ...product,
  entryPoints: {
    main: 'src/plugin.ts',
    socket: 'src/responses/transport/websocket/socket-part.ts',
  },
  outdir: 'dist',
})
const bytes = metafile?.outputs['dist/main.js']?.bytes ?? Infinity
console.log(`dist/main.js: ${bytes} of ${BUDGET_BYTES} bytes`)
if (bytes > BUDGET_BYTES) process.exitCode = 1

await buildExtension(product, {version, license})
await buildLibraries(product)
await build({
  ...common,
  plugins: [shippedLicenses],
  entryPoints: {simulator: 'src/simulator.ts'},
  banner: {js: SIMULATOR_BANNER},
  outdir: 'dist',
})
await build({
  ...cao,
  entryPoints: {cao: 'src/cli.ts', ...CAO_PARTS},
  define: {PACKAGE_VERSION: JSON.stringify(version)},
  banner: {js: CAO_BANNER},
})
await buildDashboard(product)
chmodSync('dist/cao.js', 0o755)
cpSync('src/cli/status/status.schema.json', 'dist/status.schema.json')
await build({
  ...common,
  entryPoints: {
    demo: 'test/demo/start.ts',
    connector: 'test/demo/connector.ts',
    bench: 'test/bench/bench.ts',
  },
  outdir: 'build',
  packages: 'external',
})
await buildExtensionTests(common)

if (process.argv.includes('--install')) {
  const folder = path.join(homedir(), '.config/alma/plugins/openai-codex-auth')
  for (const file of [
    'manifest.json',
    'dist/main.js',
    'dist/main.js.map',
    'dist/main.licenses.txt',
    'dist/socket.js',
    'dist/socket.js.map',
    'README.md',
    'assets',
    'docs',
    'LICENSE',
  ]) {
    cpSync(file, path.join(folder, file), {recursive: true})
  }
  console.log(`Installed into ${folder}. Restart Alma, or press Refresh in Settings > Plugins.`)
}
