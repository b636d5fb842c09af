/**
 * Packs the built extension: `npm run package` writes `dist/openai-codex-auth-<version>.vsix`.
 *
 * A package is a ZIP archive with the extension's folder and two lists. The lists are written here, because
 * the usual tool for it brings two hundred packages for that.
 */
import {readdirSync, readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {zipSync} from 'fflate'

const FOLDER = 'dist/vscode'

/** Not needed to run, and larger than the rest. */
const LEFT_OUT = /\.map$/

/** The first day of ZIP, here and now: the same input makes the same package. */
const FIRST_DAY = new Date(1980, 0, 1)

const manifest =
  /** @type {{name: string, publisher: string, version: string, displayName: string, description: string, keywords: string[], categories: string[], engines: {vscode: string}, extensionKind: string[], galleryBanner: {color: string, theme: string}}} */ (
    JSON.parse(readFileSync(`${FOLDER}/package.json`, 'utf8'))
  )

const names = readdirSync(FOLDER, {recursive: true, withFileTypes: true})
  .filter((entry) => entry.isFile() && !LEFT_OUT.test(entry.name))
  .map((entry) => path.relative(FOLDER, path.join(entry.parentPath, entry.name)))
  .toSorted()
const files = names.map((name) => [
  `extension/${name.split(path.sep).join('/')}`,
  readFileSync(path.join(FOLDER, name)),
])
const target = `dist/${manifest.name}-${manifest.version}.vsix`
const lists = {
  'extension.vsixmanifest': Buffer.from(toVsixManifest()),
  '[Content_Types].xml': Buffer.from(toContentTypes()),
}
const options = {level: /** @type {const} */ (9), mtime: FIRST_DAY}
const archive = zipSync({...lists, ...Object.fromEntries(files)}, options)
writeFileSync(target, archive)
console.log(`${target}: ${archive.length} bytes, ${files.length} files`)

function toVsixManifest() {
  const {name, publisher, version, displayName, description, keywords, categories} = manifest
  // What the marketplace goes by: it does not look into `package.json` for it.
  const properties = {
    'Code.Engine': manifest.engines.vscode,
    'Code.ExecutesCode': 'true',
    'Code.ExtensionKind': manifest.extensionKind.join(','),
    'Services.Branding.Color': manifest.galleryBanner.color,
    'Services.Branding.Theme': manifest.galleryBanner.theme,
    'Services.Content.Pricing': 'Free',
    'Services.GitHubFlavoredMarkdown': 'true',
  }
  const lines = Object.entries(properties).map(
    ([id, value]) =>
      `      <Property Id="Microsoft.VisualStudio.${id}" Value="${escapeXml(value)}" />`,
  )
  return `<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">
  <Metadata>
    <Identity Language="en-US" Id="${name}" Version="${version}" Publisher="${publisher}" />
    <DisplayName>${escapeXml(displayName)}</DisplayName>
    <Description xml:space="preserve">${escapeXml(description)}</Description>
    <Tags>${escapeXml(keywords.join(','))}</Tags>
    <Categories>${escapeXml(categories.join(','))}</Categories>
    <GalleryFlags>Public</GalleryFlags>
    <Properties>
${lines.join('\n')}
    </Properties>
    <License>extension/LICENSE.txt</License>
    <Icon>extension/icon.png</Icon>
  </Metadata>
  <Installation>
    <InstallationTarget Id="Microsoft.VisualStudio.Code" />
  </Installation>
  <Dependencies />
  <Assets>
    <Asset Type="Microsoft.VisualStudio.Code.Manifest" Path="extension/package.json" Addressable="true" />
    <Asset Type="Microsoft.VisualStudio.Services.Content.Details" Path="extension/README.md" Addressable="true" />
    <Asset Type="Microsoft.VisualStudio.Services.Content.Changelog" Path="extension/CHANGELOG.md" Addressable="true" />
    <Asset Type="Microsoft.VisualStudio.Services.Content.License" Path="extension/LICENSE.txt" Addressable="true" />
    <Asset Type="Microsoft.VisualStudio.Services.Icons.Default" Path="extension/icon.png" Addressable="true" />
  </Assets>
</PackageManifest>
`
}

function toContentTypes() {
  const types = {
    js: 'application/javascript',
    json: 'application/json',
    md: 'text/markdown',
    png: 'image/png',
    txt: 'text/plain',
    vsixmanifest: 'text/xml',
  }
  const defaults = Object.entries(types).map(
    ([extension, type]) => `<Default Extension=".${extension}" ContentType="${type}" />`,
  )
  return `<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">${defaults.join('')}</Types>
`
}

/** @param {string} text */
function escapeXml(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
