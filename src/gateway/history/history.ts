/**
 * What became of the requests: the last ones in memory, single ones for some weeks on the disk, and sums for longer.
 *
 * @module
 */
import type {Clock} from '../../base/clock.ts'
import type {Log} from '../../base/log.ts'
import {toErrorName} from '../../errors.ts'
import {readText} from '../../files/read-file.ts'
import {writeFile} from '../../files/write-file.ts'
import {
  fromRequestLine,
  toRequestLine,
  type FinishedRequest,
  type NamedParty,
  type RequestLine,
} from './finished-request.ts'
import {applyRetention, listParts, listRollUps, toRollUpFile, type Retention} from './part-files.ts'
import {PartWriter} from './part-writer.ts'
import {PartyNames} from './party-names.ts'
import {readPart, toSampleLine} from './read-part.ts'
import {parseRollUp, RollUp, type RollUpRow, type Sums, type UsageSample} from './roll-up.ts'

/** Where the history is, and how much of it is kept. */
export interface HistoryOptions {
  /** Made with the first request. */
  readonly folder: string
  readonly now: Clock
  readonly log: Log
  /** Default: single requests for 30 days and 45 MB, sums for 62 days. */
  readonly retention?: Retention
  /** How large one file grows, in bytes. Default 4 MB. */
  readonly maxPartBytes?: number
  /** Told once that nothing is kept any more, as a sentence. Must not throw. Default: only the log is. */
  readonly tell?: (sentence: string) => void
}

/** How much is used of one window of an account. */
export interface WindowReading {
  readonly account: NamedParty
  readonly windowSeconds: number
  /** 0 to 100. */
  readonly usedPercent: number
}

/** The sums of an hour, and whose they are. There may be several of the same hour and parties. */
export interface HistoryRow extends Omit<RollUpRow, 'accountKey' | 'clientKey'> {
  readonly client: NamedParty
  /** Absent when no account answered. */
  readonly account: NamedParty | undefined
}

/** How much of a window was used at a time. */
export interface HistorySample extends Omit<UsageSample, 'accountKey'> {
  readonly account: NamedParty
}

/** What became of the requests. */
export interface History {
  /** Resolves once what was kept is read; until then, only what came since is known. Never rejects. */
  readonly ready: Promise<void>
  /** Adds a request that has ended. Waits for nothing. */
  add(request: FinishedRequest): void
  /** Adds what has changed of how much is used. */
  addUsage(readings: readonly WindowReading[]): void
  /** The last 500 requests, in the order in which they ended. */
  recent(): readonly FinishedRequest[]
  /** Sums of every hour since then. */
  rows(sinceMs: number): readonly HistoryRow[]
  /** Readings of how much was used since then, oldest first. */
  samples(sinceMs: number): readonly HistorySample[]
  /** What the requests of these clients come to since then; `undefined` means all clients. */
  sum(sinceMs: number, isWanted?: (client: NamedParty) => boolean): Pick<Sums, SummedName>
  /** Tells of each request that ends. @returns Ends that. */
  watch(listener: (request: FinishedRequest) => void): () => void
  /** Resolves once all of it is on the disk, or cannot be. Never rejects. */
  flush(): Promise<void>
  /** The same, for good. */
  close(): Promise<void>
}

type SummedName = 'input' | 'output' | 'paidTokens' | 'requests'

const RECENT = 500

const DAY_MS = 86_400_000

const RETENTION: Retention = {days: 30, rollUpDays: 62, maxBytes: 45_000_000}

const PART_BYTES = 4_000_000

/** Where the last requests stand in a part, in bytes: at least 500 of them. */
const RECENT_BYTES = 300_000

/** The most that sums of one part take, in bytes. */
const ROLL_UP_BYTES = 16_000_000

/** How seldom an unchanged window is noted, in milliseconds, and how much of a change counts before. */
const SAMPLE_EVERY_MS = 3_600_000
const SAMPLE_STEP_PERCENT = 1

/** Opens the history. What was kept is read in the background. */
export function openHistory(options: HistoryOptions): History {
  return new FileHistory(options)
}

class FileHistory implements History {
  readonly ready: Promise<void>
  readonly #options: HistoryOptions
  readonly #names = new PartyNames()
  readonly #known = new RollUp()
  readonly #listeners = new Set<(request: FinishedRequest) => void>()
  readonly #lastSamples = new Map<string, UsageSample>()
  readonly #writer: PartWriter<RequestLine | UsageSample>
  /** What is in the part that is being written. */
  #part = new RollUp()
  #recent: FinishedRequest[] = []

  constructor(options: HistoryOptions) {
    this.#options = options
    this.ready = this.#load().catch((error: unknown) => {
      options.log.warn('The history cannot be read', {name: toErrorName(error)})
    })
    this.#writer = new PartWriter({
      ...options,
      maxPartBytes: options.maxPartBytes ?? PART_BYTES,
      ready: this.ready,
      onBegin: () => {
        this.#part = new RollUp()
        return this.#names.list().map(([n, id, label]) => JSON.stringify({n, id, label}))
      },
      onWritten: (notes) => {
        for (const note of notes) addTo(this.#part, note)
      },
      onClose: (file) => this.#closePart(file),
      onFailure: (error) => this.#tellFailure(error),
    })
  }

  add(request: FinishedRequest): void {
    const line = toRequestLine(request, (party) => this.#toKey(party))
    this.#known.add(line)
    this.#recent.push(request)
    if (this.#recent.length > RECENT) this.#recent.shift()
    this.#writer.append({text: JSON.stringify(line), note: line})
    for (const listener of this.#listeners) listener(request)
  }

  addUsage(readings: readonly WindowReading[]): void {
    const atMs = this.#options.now()
    for (const {account, usedPercent, windowSeconds} of readings) {
      const sample = {atMs, accountKey: this.#toKey(account), windowSeconds, usedPercent}
      const name = `${sample.accountKey} ${windowSeconds}`
      const last = this.#lastSamples.get(name)
      const isNew =
        !last ||
        atMs - last.atMs >= SAMPLE_EVERY_MS ||
        Math.abs(usedPercent - last.usedPercent) >= SAMPLE_STEP_PERCENT
      if (!isNew) continue
      this.#lastSamples.set(name, sample)
      this.#known.addSample(sample)
      this.#writer.append({text: JSON.stringify(toSampleLine(sample)), note: sample})
    }
  }

  recent(): readonly FinishedRequest[] {
    return this.#recent
  }

  rows(sinceMs: number): readonly HistoryRow[] {
    return this.#known
      .rows()
      .filter(({hourMs}) => hourMs >= sinceMs)
      .map(({accountKey, clientKey, ...row}) => ({
        ...row,
        client: this.#names.partyOf(clientKey),
        account: accountKey === '' ? undefined : this.#names.partyOf(accountKey),
      }))
  }

  samples(sinceMs: number): readonly HistorySample[] {
    return this.#known
      .samples()
      .filter(({atMs}) => atMs >= sinceMs)
      .map(({accountKey, ...sample}) => ({...sample, account: this.#names.partyOf(accountKey)}))
  }

  sum(sinceMs: number, isWanted: (client: NamedParty) => boolean = () => true) {
    const sums = {requests: 0, input: 0, output: 0, paidTokens: 0}
    for (const row of this.#known.rows()) {
      if (row.hourMs < sinceMs || !isWanted(this.#names.partyOf(row.clientKey))) continue
      sums.requests += row.requests
      sums.input += row.input
      sums.output += row.output
      sums.paidTokens += row.paidTokens
    }
    return sums
  }

  watch(listener: (request: FinishedRequest) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  flush(): Promise<void> {
    return this.#writer.flush()
  }

  close(): Promise<void> {
    return this.#writer.close()
  }

  /** The key of a party, which has to stand in the file before it is used. */
  #toKey(party: NamedParty): string {
    const key = this.#names.keyOf(party)
    if (this.#names.isNew(key)) {
      this.#writer.append({text: JSON.stringify({n: key, id: party.id, label: party.label})})
    }
    return key
  }

  async #load(): Promise<void> {
    const {folder, now} = this.#options
    const parts = await listParts(folder)
    const summed = new Set(await listRollUps(folder))
    for (const file of summed) {
      const kept = parseRollUp((await readText(file, {maxBytes: ROLL_UP_BYTES})) ?? '')
      if (!kept) continue
      for (const [n, id, label] of kept.names) this.#names.learn({n, id, label})
      this.#known.merge(kept)
    }
    // Those that were being written when the process ended.
    for (const {file, rollUpFile} of parts.filter((part) => !summed.has(part.rollUpFile))) {
      const {names, requests, samples} = await readPart(file)
      for (const name of names) this.#names.learn(name)
      const sums = new RollUp()
      for (const note of [...requests, ...samples]) {
        addTo(sums, note)
        addTo(this.#known, note)
      }
      await this.#saveSums(rollUpFile, sums)
    }
    this.#known.forgetBefore(now() - this.#toRetention().rollUpDays * DAY_MS)
    await this.#loadRecent(parts.map(({file}) => file))
    await applyRetention(folder, this.#toRetention(), now())
  }

  async #loadRecent(files: readonly string[]): Promise<void> {
    let found: FinishedRequest[] = []
    for (const file of files.toReversed()) {
      if (found.length >= RECENT) break
      const {names, requests} = await readPart(file, RECENT_BYTES)
      for (const name of names) this.#names.learn(name)
      const toParty = (key: string) => this.#names.partyOf(key)
      found = [...requests.map((line) => fromRequestLine(line, toParty)), ...found]
    }
    this.#recent = [...found, ...this.#recent].slice(-RECENT)
  }

  async #closePart(file: string): Promise<void> {
    const {folder, now} = this.#options
    await this.#saveSums(toRollUpFile(file), this.#part)
    this.#known.forgetBefore(now() - this.#toRetention().rollUpDays * DAY_MS)
    await applyRetention(folder, this.#toRetention(), now())
  }

  async #saveSums(file: string, sums: RollUp): Promise<void> {
    await writeFile(file, sums.toText(this.#names.list()))
  }

  #toRetention(): Retention {
    return this.#options.retention ?? RETENTION
  }

  #tellFailure(error: unknown): void {
    const {log, tell} = this.#options
    log.warn('The history cannot be written', {name: toErrorName(error)})
    tell?.(
      'The history of the gateway cannot be written, so it has a gap from now on. Requests are answered all the same. Check the space on the disk.',
    )
  }
}

function addTo(sums: RollUp, note: RequestLine | UsageSample): void {
  if ('accountKey' in note) sums.addSample(note)
  else sums.add(note)
}
