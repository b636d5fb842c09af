/**
 * Lists to pick from.
 *
 * @module
 */
import type {QuickPickItem, QuickPickOptions} from 'alma-plugin-api'
import type {AlmaUi} from './alma-api.ts'

/**
 * Lets the user pick one of the items. Only their texts go through the host's dialogs, which live in another
 * process: what an item stands for may hold tokens, or be a function.
 *
 * @returns What the picked item stands for; `undefined` when none was picked, or the host has no lists.
 */
export async function pick<Value>(
  ui: Pick<AlmaUi, 'showQuickPick'>,
  items: readonly QuickPickItem<Value>[],
  options: QuickPickOptions,
): Promise<Value | undefined> {
  const texts = items.map(({value: _value, ...text}, index) => ({...text, value: String(index)}))
  const picked = await ui.showQuickPick?.(texts, options)
  // A closed list may come back as `null` from the other process, which must not count as the first item.
  return items.find((_, index) => picked === String(index))?.value
}
