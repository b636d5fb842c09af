/** Ships the licences of what is bundled: MIT, ISC and BSD ask for their text with every copy. */
import {readdirSync, readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'

/**
 * Writes `<bundle>.licenses.txt` beside each bundle, with every package of which there is code inside.
 *
 * @type {import('esbuild').Plugin}
 */
export const shippedLicenses = {
  name: 'shipped-licenses',
  setup(bundle) {
    bundle.initialOptions.metafile = true
    bundle.onEnd(({metafile}) => {
      for (const [output, {entryPoint, inputs}] of Object.entries(metafile?.outputs ?? {})) {
        if (entryPoint === undefined) continue
        const used = Object.entries(inputs).filter(([, {bytesInOutput}]) => bytesInOutput > 0)
        const folders = new Set(used.flatMap(([file]) => findPackage(file) ?? []))
        const texts = [...folders].toSorted().map(readLicense)
        writeFileSync(
          output.replace(/\.c?js$/, '.licenses.txt'),
          texts.join(`\n${'-'.repeat(80)}\n\n`),
        )
      }
    })
  },
}

/**
 * The folder of the package that a file belongs to: what follows the last `node_modules`.
 *
 * @param {string} file
 */
function findPackage(file) {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0]
}

/** @param {string} folder */
function readLicense(folder) {
  const {name, version, license} = /** @type {{name: string, version: string, license: string}} */ (
    JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))
  )
  const file = readdirSync(folder).find((entry) => /^(?:licen[cs]e|copying)\b/i.test(entry))
  if (file === undefined) {
    throw new Error(
      `${name} has no licence to ship. Bundle another package, or write its text here.`,
    )
  }
  return `${name} ${version} (${license})\n\n${readFileSync(path.join(folder, file), 'utf8').trim()}\n`
}
