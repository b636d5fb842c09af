/**
 * Doing the same for many things without asking a server for all of them at once.
 *
 * @module
 */

/** How many run at the same time. */
const AT_ONCE = 8

/** Runs `task` for each of the items, in their order, a few at the same time. */
export async function someAtOnce<Item>(
  items: readonly Item[],
  task: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = items.values()
  const work = async () => {
    for (const item of queue) await task(item)
  }
  await Promise.all(Array.from({length: AT_ONCE}, work))
}
