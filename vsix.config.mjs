/**
 * Packs the built extension: `npm run package` writes `dist/openai-codex-auth-<version>.vsix`.
 *
 * A package is a ZIP archive with the extension's folder and two lists. It is written here, because the
 * usual tool for it brings two hundred packages for that.
 */
import {readdirSync, readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {crc32, deflateRawSync} from 'node:zlib'

const FOLDER = 'dist/vscode'

/** Not needed to run, and larger than the rest. */
const LEFT_OUT = /\.map$/

/** 1 January 1980, the first day of ZIP: the same input makes the same package. */
const DATE = 0x21

const manifest =
  /** @type {{name: string, publisher: string, version: string, displayName: string, description: string, keywords: string[], categories: string[], engines: {vscode: string}, extensionKind: string[], galleryBanner: {color: string, theme: string}}} */ (
    JSON.parse(readFileSync(`${FOLDER}/package.json`, 'utf8'))
  )

const names = readdirSync(FOLDER, {recursive: true, withFileTypes: true})
  .filter((entry) => entry.isFile() && !LEFT_OUT.test(entry.name))
  .map((entry) => path.relative(FOLDER, path.join(entry.parentPath, entry.name)))
  .toSorted()
const files = names.map((name) => ({
  name: `extension/${name.split(path.sep).join('/')}`,
  content: readFileSync(path.join(FOLDER, name)),
}))
const target = `dist/${manifest.name}-${manifest.version}.vsix`
const archive = zip([
  {name: 'extension.vsixmanifest', content: Buffer.from(toVsixManifest())},
  {name: '[Content_Types].xml', content: Buffer.from(toContentTypes())},
  ...files,
])
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

/**
 * A ZIP archive.
 *
 * @param {{name: string, content: Buffer}[]} entries
 * @see {@link https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT}
 */
function zip(entries) {
  let offset = 0
  const parts = entries.map(({name, content}) => {
    const data = deflateRawSync(content, {level: 9})
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(0x0800, 2)
    fields.writeUInt16LE(8, 4)
    fields.writeUInt16LE(DATE, 8)
    fields.writeUInt32LE(crc32(content), 10)
    fields.writeUInt32LE(data.length, 14)
    fields.writeUInt32LE(content.length, 18)
    fields.writeUInt16LE(Buffer.byteLength(name), 22)
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), fields, Buffer.from(name), data])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(offset, 10)
    const version = Buffer.from([20, 0])
    const head = Buffer.concat([Buffer.from('PK\u0001\u0002'), version, fields])
    offset += local.length
    return {local, central: Buffer.concat([head, tail, Buffer.from(name)])}
  })
  const central = Buffer.concat(parts.map((part) => part.central))
  const end = Buffer.alloc(22)
  end.write('PK\u0005\u0006', 'latin1')
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...parts.map((part) => part.local), central, end])
}
