/**
 * What of the editor's API is used beyond its published types. All of it is looked for before it is
 * used, because an editor that is older, or a derived one, may not have it.
 *
 * @module
 * @see {@link https://github.com/microsoft/vscode/blob/main/src/vscode-dts/vscode.proposed.languageModelThinkingPart.d.ts}
 */
import type * as vscode from 'vscode'

/** The editor's API, as the entry was given it. */
export type VscodeApi = typeof vscode

/** The classes that messages and answers consist of. */
export type ChatParts = Pick<
  VscodeApi,
  | 'LanguageModelDataPart'
  | 'LanguageModelPromptTsxPart'
  | 'LanguageModelTextPart'
  | 'LanguageModelToolCallPart'
  | 'LanguageModelToolResultPart'
> & {readonly LanguageModelThinkingPart?: ThinkingPartConstructor}

/**
 * A part of what a model thought before it answered. What takes parts of an answer takes it as well; its
 * published type does not say so.
 */
export type ThinkingPart = vscode.LanguageModelTextPart

type ThinkingPartConstructor = new (
  value: string,
  id?: string,
  metadata?: Readonly<Record<string, unknown>>,
) => ThinkingPart

/** A model, with what the picker makes of it. */
export interface ChatModel extends vscode.LanguageModelChatInformation {
  /** Whether the picker shows it. One that is not shown can still be asked for by its id. */
  readonly isUserSelectable: boolean
  /** What the chat says is full at 100 %. Without it that is input and output together. */
  readonly maxContextWindowTokens: number
  /** What the user can choose about it; the choice comes back as `modelConfiguration`. */
  readonly configurationSchema?: {readonly properties: Readonly<Record<string, ModelChoice>>}
}

/** One choice. */
export interface ModelChoice {
  readonly type: 'string'
  readonly title: string
  readonly description: string
  readonly enum: readonly string[]
  readonly enumItemLabels: readonly string[]
  readonly default?: string
  /** Where the picker shows it: as a menu of its own. */
  readonly group: 'navigation'
}

/** What a request is made with. */
export interface ChatRequestOptions extends vscode.ProvideLanguageModelChatResponseOptions {
  /** What the user chose, see {@link ChatModel.configurationSchema}. */
  readonly modelConfiguration?: Readonly<Record<string, unknown>>
  /** The extension that asks. */
  readonly requestInitiator?: string
}
