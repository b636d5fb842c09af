/**
 * The terminal, or whatever stands in its place.
 *
 * @module
 */
import {isatty} from 'node:tty'
import {styleText} from 'node:util'
import {randomInt} from 'node:crypto'
import {toTerminalText} from '../base/plain-text.ts'
import {hasErrorCode} from '../files/storage-failure.ts'

/** What a text looks like where colours are shown. */
export type Style = 'bold' | 'cyan' | 'dim' | 'green' | 'red' | 'yellow'

/** The streams of the process. */
export type Streams = Pick<NodeJS.Process, 'stderr' | 'stdin' | 'stdout'>

/**
 * Where commands read and write. Whatever is written is shown, and never obeyed by the terminal: names, plans, errors and
 * files may hold anything.
 */
export interface Io extends Streams {
  /** Writes a line to standard output. */
  out(line: string): void
  /** Writes a line to standard error. */
  err(line: string): void
  /** Shows what takes its time, where somebody is watching. The result takes it away. */
  showProgress(text: string): () => void
  /** Shows these lines in place of all that the terminal shows; without a terminal, after it. */
  redraw(lines: readonly string[]): void
  /** The text as it should look; plain where standard output is no terminal, and with `NO_COLOR`. */
  paint(style: Style, text: string): string
  /** Whether standard input is a terminal. Asking opens nothing: who inherits it would notice. */
  readonly isInputTerminal: boolean
  /** Whether somebody can be asked: standard input and output are a terminal. */
  readonly canAsk: boolean
  /** Waits until all that was written is on its way. */
  flush(): Promise<void>
  /** Width of the terminal; `undefined` when there is none. */
  readonly columns: number | undefined
}

const CLEAR_LINE = '\r\u001B[2K'
const CLEAR_SCREEN = '\u001B[H\u001B[2J'

/** Makes the streams of a process usable for commands. Each is opened when it is used: that takes its time. */
export function createIo(streams: Streams & {readonly env: NodeJS.ProcessEnv}): Io {
  const {env} = streams
  const paints = createPaints()
  const opened = new Set<NodeJS.WriteStream>()
  const open = <Name extends 'stderr' | 'stdout'>(name: Name): Streams[Name] => {
    const stream = streams[name]
    if (!opened.has(stream)) stream.on('error', ignoreClosedPipe)
    opened.add(stream)
    return stream
  }
  // A terminal that calls itself dumb would show the sequences as they are.
  const canDraw = () => open('stdout').isTTY && env['TERM'] !== 'dumb'
  const hasColours = () => canDraw() && !env['NO_COLOR']
  return {
    get stdin() {
      return streams.stdin
    },
    get stdout() {
      return open('stdout')
    },
    get stderr() {
      return open('stderr')
    },
    out: (line) => void open('stdout').write(`${paints.show(line)}\n`),
    err: (line) => void open('stderr').write(`${paints.show(line)}\n`),
    showProgress(text) {
      const stderr = open('stderr')
      if (!stderr.isTTY || !canDraw()) return () => undefined
      stderr.write(paints.show(text))
      return () => void stderr.write(CLEAR_LINE)
    },
    redraw(lines) {
      open('stdout').write(`${canDraw() ? CLEAR_SCREEN : ''}${paints.show(lines.join('\n'))}\n`)
    },
    paint: (style, text) => (hasColours() ? paints.mark(style, text) : text),
    get isInputTerminal() {
      return isatty(0)
    },
    get canAsk() {
      return isatty(0) && open('stdout').isTTY
    },
    get columns() {
      const stdout = open('stdout')
      return stdout.isTTY ? stdout.columns : undefined
    },
    async flush() {
      await Promise.all([...opened].map(async (stream) => flushStream(stream)))
    },
  }
}

/** Where marks are: no letter of any language. */
const MARKS = /([\u{F0000}-\u{FFFFD}])/u

const STYLES: readonly Style[] = ['bold', 'cyan', 'dim', 'green', 'red', 'yellow']

/** Styles of our own, told from those in a text by marks that nobody else can know. */
function createPaints() {
  const first = 0xf_00_00 + randomInt(0x7f_00) * 2
  const marks = STYLES.flatMap((style, index) => {
    const [begin = '', end = ''] = styleText(style, '\0', {validateStream: false}).split('\0')
    return [
      [String.fromCodePoint(first + 2 * index), begin],
      [String.fromCodePoint(first + 2 * index + 1), end],
    ] as const
  })
  const sequences = new Map(marks)
  return {
    mark(style: Style, text: string): string {
      const index = 2 * STYLES.indexOf(style)
      return `${marks[index]?.[0] ?? ''}${text}${marks[index + 1]?.[0] ?? ''}`
    },
    /** What the terminal is sent. */
    show: (text: string) =>
      text
        .split(MARKS)
        .map((part) => sequences.get(part) ?? toTerminalText(part))
        .join(''),
  }
}

/** Resolves as well when nobody reads any more. */
function flushStream(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => void stream.write('', () => resolve()))
}

/** Whoever read the output has seen enough, as `head` does, or has closed the terminal. */
function ignoreClosedPipe(error: Error): void {
  if (!hasErrorCode(error, 'EPIPE', 'EIO')) throw error
}
