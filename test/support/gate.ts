/** Something that a test waits for, or lets others wait for. */
export interface Gate {
  readonly opened: Promise<void>
  open(): void
}

/** Creates a gate that is closed. */
export function createGate(): Gate {
  const resolvers: (() => void)[] = []
  const opened = new Promise<void>((resolve) => void resolvers.push(resolve))
  return {opened, open: () => resolvers[0]?.()}
}
