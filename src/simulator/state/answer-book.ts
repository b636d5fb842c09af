/**
 * What the model says in place of what it heard.
 *
 * @module
 */
import * as z from 'zod'

/** The schema of an answer to a prompt with these words in it. */
export const writtenAnswerSchema = z.strictObject({to: z.string().min(1), text: z.string().min(1)})

/** An answer to a prompt with these words in it, wherever they are. */
export type WrittenAnswer = z.infer<typeof writtenAnswerSchema>

/** The answers that were written for it. */
export interface AnswerBook {
  list(): readonly WrittenAnswer[]
  add(answer: WrittenAnswer): void
  /** The newest text for a prompt; `undefined` when there is none. */
  find(prompt: string): string | undefined
  clear(): void
}

/** Makes an empty one. */
export function createAnswerBook(): AnswerBook {
  const answers: WrittenAnswer[] = []
  return {
    list: () => [...answers],
    add: (answer) => void answers.push(answer),
    find: (prompt) => answers.findLast(({to}) => prompt.includes(to))?.text,
    clear: () => void answers.splice(0),
  }
}
