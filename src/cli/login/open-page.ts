/**
 * The library that knows how each system opens a page, in a file of its own: most commands open none.
 *
 * @module
 */
import open from 'open'

/**
 * Opens a page in the browser that the user has chosen.
 *
 * @throws Whatever the library throws where it finds no browser.
 */
export async function openPage(url: string): Promise<void> {
  await open(url)
}
