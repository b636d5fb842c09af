import path from 'node:path'

/**
 * Leaves parts of a program in files of their own beside it, where they are loaded with `import()`.
 *
 * @param {Readonly<Record<string, string>>} parts Their sources, by the names of their bundles.
 * @returns {import('esbuild').Plugin}
 */
export function partsApart(parts) {
  const sources = Object.entries(parts).map(([name, file]) => [path.resolve(file), name])
  return {
    name: 'parts-apart',
    setup(bundle) {
      bundle.onResolve({filter: /^\.{1,2}\//}, ({path: specifier, kind, resolveDir}) => {
        if (kind !== 'dynamic-import') return undefined
        const [, name] =
          sources.find(([file]) => file === path.resolve(resolveDir, specifier)) ?? []
        return name === undefined ? undefined : {path: `./${name}.js`, external: true}
      })
    },
  }
}
