/**
 * The rhythm in which an answer is handed to the editor.
 *
 * The editor gathers the parts of an answer until none has come for 30 ms, or until more than 30 wait.
 * A model that writes every 20 ms would so be read in bursts, and begin half a second late. Here the
 * first words fill a batch, which leaves at once; after that, what comes within 40 ms goes out
 * together, and the editor's 30 ms pass before the next.
 *
 * @module
 * @see {@link https://github.com/microsoft/vscode/blob/main/src/vs/workbench/api/common/extHostLanguageModels.ts}
 */
import type * as vscode from 'vscode'
import type {ChatParts} from '../vscode-api.ts'

/** How long texts are gathered, in milliseconds: a little longer than the editor does it. */
const GATHER_MS = 40

/** How many parts the editor holds back at most. */
const BATCH_PARTS = 30

/** A piece of text; pieces of one kind and id belong together. */
export interface TextPiece {
  readonly kind: 'text' | 'thought'
  readonly text: string
  /** Of the thought. */
  readonly id?: string | undefined
}

/** Takes an answer as it comes. */
export interface PartPacer {
  /** A part that text is made of goes out at once, or together with what follows within 40 ms. */
  addText(piece: TextPiece): void
  /** Any other part goes out at once, after the texts before it. */
  add(part: vscode.LanguageModelResponsePart): void
  /** Hands on what was gathered. */
  flush(): void
}

/** Where the parts go. */
export interface PartPacerOptions {
  readonly parts: ChatParts
  readonly progress: vscode.Progress<vscode.LanguageModelResponsePart>
}

/** Creates a pacer for one answer. It has to be flushed at the end. */
export function createPartPacer({parts, progress}: PartPacerOptions): PartPacer {
  let gathered: TextPiece | undefined
  let timer: NodeJS.Timeout | undefined
  let hasText = false

  function report({kind, text, id}: TextPiece): void {
    const {LanguageModelTextPart: Text, LanguageModelThinkingPart: Thought} = parts
    if (kind === 'text') progress.report(new Text(text))
    else if (Thought) progress.report(new Thought(text, id))
    if (kind === 'text' && !hasText) fillBatch()
  }

  /** Parts without text change nothing in an answer; the first words do not have to wait for more. */
  function fillBatch(): void {
    hasText = true
    const empty = new parts.LanguageModelTextPart('')
    for (let count = 0; count < BATCH_PARTS; count += 1) progress.report(empty)
  }

  function handOn(): void {
    const piece = gathered
    gathered = undefined
    if (piece) report(piece)
  }

  /** Until nothing more comes, hands on what came in each 40 ms. */
  function wait(): void {
    timer = setTimeout(() => {
      timer = undefined
      if (!gathered) return
      handOn()
      wait()
    }, GATHER_MS)
  }

  return {
    addText(piece) {
      if (gathered?.kind !== piece.kind || gathered.id !== piece.id) handOn()
      gathered = {...piece, text: (gathered?.text ?? '') + piece.text}
      const isFirst = piece.kind === 'text' && !hasText
      if (isFirst || timer === undefined) handOn()
      if (timer === undefined) wait()
    },
    add(part) {
      handOn()
      progress.report(part)
    },
    flush() {
      clearTimeout(timer)
      timer = undefined
      handOn()
    },
  }
}
