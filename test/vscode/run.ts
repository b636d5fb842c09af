/**
 * Runs the extension's tests in a real editor: `npm run test:vscode`. After that is built, one part can
 * be run alone, and of `suite` and `windows` also the stories with a text in their name:
 * `node --enable-source-maps build/vscode-test.js suite "other programs"`.
 *
 * @module
 */
import {mkdir, readFile, rm, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {CHAT_SCENES} from './chat-view.ts'
import {installHost} from './host/install-host.ts'
import {runWithLoopbackOnly} from './host/loopback-only.ts'
import {assertLogged, assertNoSecrets} from './host/no-secrets.ts'
import {writeLogged} from './host/logged-extension.ts'
import {OUTPUT as FOLDER} from './host/user.ts'
import {startStage} from './host/start-stage.ts'
import {tellScenes} from './host/tell-scenes.ts'
import {PICTURE_SCENES} from './picture-view.ts'
import {WINDOW_SCENES} from './window-view.ts'

/** Screenshots and reports. */
const OUTPUT = path.resolve(FOLDER)

/** Only stories with this in their name are told. Default: all of them. */
const TOLD = process.argv[3]

/** The longest that the suite in the extension host may take, in milliseconds. */
const SUITE_TIMEOUT_MS = 600_000

await rm(OUTPUT, {recursive: true, force: true})
await mkdir(OUTPUT, {recursive: true})
const host = await installHost()
const codeWithout = await runWithLoopbackOnly()
if (codeWithout !== undefined) process.exit(codeWithout)
const parts = {
  suite: tellSuite,
  windows: tellTwoWindows,
  view: tellView,
  chat: tellChat,
  ...(process.env['UPDATE_PICTURE'] === '1' && {picture: tellPicture}),
}
for (const [name, tell] of Object.entries(parts)) {
  if (process.argv[2] !== undefined && process.argv[2] !== name) continue
  const startedMs = Date.now()
  console.log(`== ${name}`)
  await tell()
  console.log(`${((Date.now() - startedMs) / 1000).toFixed(1)} s`)
}

/** A user in front of the chat. */
function tellChat(): Promise<void> {
  return tellScenes(CHAT_SCENES, {host, last: 'last-chat'})
}

/** A user whose account has only the newer models, and who looks at the rest of the window. */
function tellView(): Promise<void> {
  return tellScenes(WINDOW_SCENES, {
    host,
    last: 'last-view',
    // Settings are written into a file, which would lie over everything else.
    settings: {'workbench.editor.useModal': 'off'},
    prepare: (simulator) => simulator.changeAccount('you@example.com', {olderModels: false}),
  })
}

/** A user whose chat is shown in the READMEs. */
function tellPicture(): Promise<void> {
  return tellScenes(PICTURE_SCENES, {
    host,
    last: 'last-picture',
    prepare: (simulator) => simulator.changeAccount('you@example.com', {olderModels: false}),
  })
}

function tellSuite(): Promise<void> {
  return tellInside(['build/vscode-suite/index.cjs'])
}

/** Two windows of one profile, which run at once. */
function tellTwoWindows(): Promise<void> {
  const suite = 'build/vscode-suite/two-windows.cjs'
  return tellInside([suite, suite])
}

/** Tells the stories of a suite in the extension host of each window. */
async function tellInside(suites: readonly string[]): Promise<void> {
  const report = path.join(OUTPUT, 'report.txt')
  await writeFile(report, '')
  const {editor, user, simulator, close} = await startStage({
    host,
    load: await writeLogged(OUTPUT),
    logLevel: 'debug',
    environment: {TEST_REPORT: report, TEST_STORIES: TOLD ?? ''},
  })
  try {
    const codes: Promise<number>[] = []
    for (const suite of suites) {
      const window = await editor.openWindow({suite})
      codes.push(window.exitCode)
      if (codes.length === 1) user.sitDown(editor.context, window.page)
      if (codes.length < suites.length) await user.meet('first window is open')
    }
    const timeout = new Promise<number[]>((resolve) => {
      setTimeout(() => resolve([-1]), SUITE_TIMEOUT_MS).unref()
    })
    const ended = await Promise.race([Promise.all(codes), timeout])
    console.log((await readFile(report, 'utf8')) || 'No story was told')
    if (ended.some((code) => code !== 0)) process.exitCode = 1
    // One story alone leaves too little to look through.
    if (TOLD !== undefined) return
    if (suites.length === 1) await assertLogged(editor.folder)
    await assertNoSecrets(
      editor.folder,
      simulator.requests.map(({body}) => body),
    )
  } finally {
    await close()
  }
}
