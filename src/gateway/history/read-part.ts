/**
 * Reading one part of the history.
 *
 * @module
 */
import * as z from 'zod/mini'
import {readText} from '../../files/read-file.ts'
import {isRequestLine, type RequestLine} from './finished-request.ts'
import type {NameLine} from './party-names.ts'
import type {UsageSample} from './roll-up.ts'

/** The most that is read of one part, in bytes: parts are closed long before. */
const MAX_BYTES = 32 * 1024 * 1024

const nameLine = z.object({n: z.string(), id: z.string(), label: z.string()})

const sampleLine = z.object({
  u: z.tuple([z.number(), z.string(), z.number(), z.number()]),
})

/** What a part holds. */
export interface PartContent {
  /** In the order in which they ended. */
  readonly requests: readonly RequestLine[]
  readonly names: readonly NameLine[]
  readonly samples: readonly UsageSample[]
}

/** A reading of a window, as a line. */
export function toSampleLine(sample: UsageSample): z.infer<typeof sampleLine> {
  const {accountKey, atMs, usedPercent, windowSeconds} = sample
  return {u: [atMs, accountKey, windowSeconds, usedPercent]}
}

/**
 * Reads a part. Lines that make no sense are passed over: a process that was killed leaves half of one.
 *
 * @param maxBytes Only so much of its end is read. Default: all of it.
 * @throws {StorageError} It cannot be read.
 */
export async function readPart(file: string, maxBytes = MAX_BYTES): Promise<PartContent> {
  const text = (await readText(file, {maxBytes, onlyEnd: true})) ?? ''
  const requests: RequestLine[] = []
  const names: NameLine[] = []
  const samples: UsageSample[] = []
  for (const line of text.split('\n')) {
    const value = parseLine(line)
    if (isRequestLine(value)) requests.push(value)
    else if (value !== undefined) {
      const name = z.safeParse(nameLine, value)
      if (name.success) names.push(name.data)
      const sample = z.safeParse(sampleLine, value)
      if (!sample.success) continue
      const [atMs, accountKey, windowSeconds, usedPercent] = sample.data.u
      samples.push({atMs, accountKey, windowSeconds, usedPercent})
    }
  }
  return {requests, names, samples}
}

function parseLine(line: string): unknown {
  try {
    return line === '' ? undefined : JSON.parse(line)
  } catch {
    return undefined
  }
}
