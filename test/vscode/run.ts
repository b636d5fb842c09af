/**
 * Runs the extension's tests in a real editor: `npm run test:vscode`. The stories in the extension host and the others run
 * side by side, each part with a server, a browser and a loopback network of its own. After that is built, one part can
 * be run alone, and of `suite` and `windows` also the stories with a text in their name:
 * `node --enable-source-maps build/vscode-test.js suite "other programs"`.
 *
 * @module
 */
import {mkdir, readFile, rm, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import {CHAT_SCENES} from './chat-view.ts'
import {installHost} from './host/install-host.ts'
import {canBeLoopbackOnly, IS_LOOPBACK_ONLY, runWithLoopbackOnly} from './host/loopback-only.ts'
import {assertLogged, assertNoSecrets} from './host/no-secrets.ts'
import {writeLogged} from './host/logged-extension.ts'
import {OUTPUT as FOLDER} from './host/user.ts'
import {startStage} from './host/start-stage.ts'
import {tellScenes} from './host/tell-scenes.ts'
import {PICTURE_FILES, PICTURE_SCENES, preparePicture} from './picture-view.ts'
import {WINDOW_SCENES} from './window-view.ts'

/** Screenshots and reports. */
const OUTPUT = path.resolve(FOLDER)

/** The part to run, and what the names of its stories have in them. Default: all of them. */
const [, , PART, TOLD] = process.argv

/** The longest that the suite in the extension host may take, in milliseconds. */
const SUITE_TIMEOUT_MS = 600_000

/** The longest until its first story is told, in milliseconds. */
const FIRST_STORY_MS = 180_000

if (!IS_LOOPBACK_ONLY) await rm(OUTPUT, {recursive: true, force: true})
const host = await installHost()
const parts: Readonly<Record<string, () => Promise<void>>> = {
  suite: tellSuite,
  windows: tellTwoWindows,
  view: tellView,
  chat: tellChat,
  ...(process.env['UPDATE_PICTURE'] === '1' && {picture: tellPicture}),
}
await Promise.all(toLanes().map(runInTurn))

/** What runs side by side: the suite takes about as long as all the others. */
function toLanes(): readonly (readonly string[])[] {
  if (PART !== undefined) return [[PART]]
  const [suite = '', ...others] = Object.keys(parts)
  // In one network, they would take each other's ports.
  return canBeLoopbackOnly() ? [[suite], others] : [[suite, ...others]]
}

async function runInTurn(names: readonly string[]): Promise<void> {
  for (const name of names) {
    const code = await runWithLoopbackOnly([name, ...(TOLD === undefined ? [] : [TOLD])])
    if (code === undefined) await tellPart(name)
    else if (code !== 0) process.exitCode = code
  }
}

async function tellPart(name: string): Promise<void> {
  const startedMs = Date.now()
  await mkdir(path.join(OUTPUT, name), {recursive: true})
  console.log(`== ${name}`)
  await parts[name]?.()
  console.log(`== ${name}: ${((Date.now() - startedMs) / 1000).toFixed(1)} s`)
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
    settings: {'workbench.colorTheme': 'Default Dark Modern'},
    files: PICTURE_FILES,
    prepare: preparePicture,
  })
}

function tellSuite(): Promise<void> {
  return tellInside('suite', ['build/vscode-suite/index.cjs'])
}

/** Two windows of one profile, which run at once. */
function tellTwoWindows(): Promise<void> {
  const suite = 'build/vscode-suite/two-windows.cjs'
  return tellInside('windows', [suite, suite])
}

/**
 * Tells the stories of a suite in the extension host of each window. On a machine that is busy, the editor may give up
 * its extension host before it has run anything of ours: then it is started once more.
 */
async function tellInside(name: string, suites: readonly string[]): Promise<void> {
  for (const attempt of [1, 2]) {
    const {codes, told} = await tellOnce(path.join(OUTPUT, name), suites)
    console.log(told === '' ? `No story of ${name} was told: ${codes.join()}` : told)
    if (told === '' && attempt === 1) continue
    if (told === '' || codes.some((code) => code !== 0)) process.exitCode = 1
    return
  }
}

/** @returns The exit codes of the windows, as far as they have ended, and what is in the report. */
async function tellOnce(folder: string, suites: readonly string[]) {
  const report = path.join(folder, 'report.txt')
  await writeFile(report, '')
  const {editor, user, simulator, close} = await startStage({
    host,
    load: await writeLogged(folder),
    logLevel: 'debug',
    environment: {TEST_REPORT: report, TEST_STORIES: TOLD ?? ''},
  })
  try {
    const ends: Promise<number>[] = []
    const timeout = waitForSuite(report)
    for (const suite of suites) {
      const window = await editor.openWindow({suite})
      ends.push(window.exitCode)
      if (ends.length === 1) user.sitDown(editor.context, window.page)
      // One that has failed meets nobody any more.
      const meeting = () =>
        Promise.race([user.meet('first window is open'), window.exitCode, timeout])
      if (ends.length < suites.length) await meeting()
    }
    const codes = await Promise.race([Promise.all(ends), ...ends.map(toFailure), timeout])
    const told = await readFile(report, 'utf8')
    // One story alone leaves too little to look through.
    if (TOLD === undefined && told !== '') {
      if (suites.length === 1) await assertLogged(editor.folder)
      await assertNoSecrets(
        editor.folder,
        simulator.requests.map(({body}) => body),
      )
    }
    return {codes, told}
  } finally {
    await close()
  }
}

/** Resolves when the first story was not told in its time, or not all of them. */
async function waitForSuite(report: string): Promise<readonly number[]> {
  await delay(FIRST_STORY_MS, undefined, {ref: false})
  if ((await readFile(report, 'utf8')) !== '') {
    await delay(SUITE_TIMEOUT_MS - FIRST_STORY_MS, undefined, {ref: false})
  }
  return [-1]
}

/** Resolves only if it is one. */
async function toFailure(exitCode: Promise<number>): Promise<readonly number[]> {
  const code = await exitCode
  return code === 0 ? new Promise(() => {}) : [code]
}
