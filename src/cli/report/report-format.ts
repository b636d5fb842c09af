/**
 * How a report can be written.
 *
 * @module
 */

/** The names of the formats, as they are typed. */
export const REPORT_FORMATS = ['md', 'json'] as const

/** `md` is Markdown. */
export type ReportFormat = (typeof REPORT_FORMATS)[number]
