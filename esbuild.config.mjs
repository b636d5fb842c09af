import {chmodSync, cpSync, readFileSync, writeFileSync} from 'node:fs'
import {homedir} from 'node:os'
import path from 'node:path'
import process from 'node:process'
import {build} from 'esbuild'
import {buildExtension, buildExtensionTests} from './vscode.config.mjs'

/** The most a host has to load, in bytes. */
const BUDGET_BYTES = 200_000

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

/** Modules of Node that every process has loaded. */
const LOADED = ['node:path', 'node:process']

/**
 * Loads modules of Node when something of them is used, not at the start: `cao list` needs no sockets.
 *
 * @type {import('esbuild').Plugin}
 */
const lazyNode = {
  name: 'lazy-node',
  setup(builder) {
    builder.onResolve({filter: /^node:/}, ({path: name, kind, importer}) => {
      const isEager = kind === 'require-call' && !importer.includes('commander')
      if (isEager || LOADED.includes(name) || name === 'node:events')
        return {path: name, external: true}
      return {path: name, namespace: 'lazy-node'}
    })
    builder.onLoad({filter: /.*/, namespace: 'lazy-node'}, async ({path: name}) => ({
      contents: `const load = require;
const define = (name) => Object.defineProperty(exports, name, {enumerable: true, get: () => load('${name}')[name]});
${JSON.stringify(Object.keys(await import(name)).filter((key) => key !== 'default'))}.forEach(define)`,
    }))
  },
}

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
 * Loads modules of Node where they are used first. As imports, all of them would be loaded at the start,
 * also those of code that most people never reach.
 *
 * @type {import('esbuild').Plugin}
 */
const lazyBuiltins = {
  name: 'lazy-builtins',
  setup(bundle) {
    bundle.onResolve({filter: /^node:/}, ({path: name}) => ({path: name, namespace: 'builtin'}))
    bundle.onLoad({filter: /.*/, namespace: 'builtin'}, ({path: name}) => ({
      contents: `module.exports = process.getBuiltinModule('${name}')`,
      loader: 'js',
    }))
  },
}

const {metafile} = await build({
  ...common,
  plugins: [lazyBuiltins],
  entryPoints: {main: 'src/plugin.ts'},
  outdir: 'dist',
  // The host reads and parses all of it at every start; the names are in the source map.
  minify: true,
  legalComments: 'none',
})
const bytes = metafile?.outputs['dist/main.js']?.bytes ?? Infinity
console.log(`dist/main.js: ${bytes} of ${BUDGET_BYTES} bytes`)
if (bytes > BUDGET_BYTES) process.exitCode = 1

await buildExtension(common, {version, license})
await build({...common, entryPoints: {simulator: 'src/simulator.ts'}, outdir: 'dist'})
await build({
  ...common,
  entryPoints: {cao: 'src/cli.ts'},
  outdir: 'dist',
  minify: true,
  legalComments: 'none',
  plugins: [lazyNode],
  define: {PACKAGE_VERSION: JSON.stringify(version)},
  banner: {js: CAO_BANNER},
})
chmodSync('dist/cao.js', 0o755)
cpSync('src/cli/status/status.schema.json', 'dist/status.schema.json')
await build({
  ...common,
  entryPoints: {demo: 'test/demo/start.ts', bench: 'test/bench/bench.ts'},
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
    'README.md',
    'LICENSE',
  ]) {
    cpSync(file, path.join(folder, file))
  }
  console.log(`Installed into ${folder}. Restart Alma, or press Refresh in Settings > Plugins.`)
}
