/**
 * What asks a gateway to end: a signal, or its user.
 *
 * @module
 */

/** Signals that ask the gateway to stop. A second one cuts what is under way. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Somebody may ask the gateway to end. */
export interface StopSignal {
  /** Resolves once somebody has asked. */
  readonly asked: Promise<void>
  /** Asks. Whoever asks twice ends the process. */
  stop(): void
  /** Whether somebody has asked again. */
  isUrgent(): boolean
  /** Listens to signals no more. */
  end(): void
}

/** Listens to the signals of this process. */
export function createStopSignal(): StopSignal {
  const told = {times: 0, resolve: () => {}}
  const asked = new Promise<void>((resolve) => {
    told.resolve = resolve
  })
  const stop = () => {
    told.times += 1
    told.resolve()
    // Whoever asks twice does not want to wait.
    if (told.times > 1) process.exit(1)
  }
  for (const signal of SIGNALS) process.on(signal, stop)
  return {
    asked,
    stop,
    isUrgent: () => told.times > 1,
    end() {
      for (const signal of SIGNALS) process.off(signal, stop)
    },
  }
}
