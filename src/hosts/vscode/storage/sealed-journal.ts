/**
 * The journal of a refresh, as a file beside the sealed secrets, sealed with their key.
 *
 * @module
 */
import {JournalFile, readJournal} from '../../../accounts/directories/codex/journal-file.ts'
import {toTokenHash} from '../../../accounts/tokens/token-hash.ts'
import type {AccountJournal, KeptAnswer} from '../../../storage/account-journal.ts'
import {openText, sealText} from './seal.ts'

/** The journal of one account. It is there only while something is not settled. */
export class SealedJournal extends JournalFile implements AccountJournal {
  readonly #file: string
  readonly #key: Buffer

  constructor(file: string, key: Buffer) {
    super(file, {seal: (answer) => sealText(answer, key).toString('base64')})
    this.#file = file
    this.#key = key
  }

  async findKept(refreshToken: string): Promise<KeptAnswer | undefined> {
    const entry = await readJournal(this.#file)
    if (entry?.answer === undefined || entry.refreshTokenHash !== toTokenHash(refreshToken)) {
      return undefined
    }
    const answer = openText(Buffer.from(entry.answer, 'base64'), this.#key)
    const {askedAtMs, receivedAtMs = askedAtMs} = entry
    return answer === undefined ? undefined : {answer, receivedAtMs}
  }
}
