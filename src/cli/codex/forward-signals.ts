/**
 * Signals of this process that are meant for the program that it runs.
 *
 * @module
 */
import type {ChildProcess} from 'node:child_process'
import type {Io} from '../io.ts'

/** Signals that are meant for the program. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const

/** Signals, as long as they are handed on. */
export interface SignalForwarding {
  /** Whether one has come. */
  isStopped(): boolean
  /** Lets them do again what they always do. */
  end(): void
}

/** Hands them on. What a terminal sends at Ctrl-C reaches the CLI by itself. */
export function forwardSignals(
  child: ChildProcess,
  {isInputTerminal}: Pick<Io, 'isInputTerminal'>,
): SignalForwarding {
  const stopped = new Set<string>()
  const handlers = SIGNALS.map((signal) => {
    const handle = () => {
      stopped.add(signal)
      const isSentByTerminal = isInputTerminal && (signal === 'SIGINT' || signal === 'SIGQUIT')
      if (!isSentByTerminal) child.kill(signal)
    }
    process.on(signal, handle)
    return {signal, handle}
  })
  return {
    isStopped: () => stopped.size > 0,
    end() {
      for (const {signal, handle} of handlers) process.off(signal, handle)
    },
  }
}
