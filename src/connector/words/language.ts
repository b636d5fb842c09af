/**
 * The languages of texts for users.
 *
 * @module
 */

/** A language that every text is there in. */
export type Language = 'en' | 'es'

/** One text in every language. */
export type Text = Readonly<Record<Language, string>>

/** Reads `Accept-Language` (RFC 9110 §12.5.4): the known language that is wanted most. */
export function readLanguage(header: string | null, fallback: Language): Language {
  const wanted = (header ?? '').split(',').flatMap((part) => {
    const [range = '', ...parameters] = part.trim().toLowerCase().split(';')
    const weight = Number(parameters.find((one) => one.trim().startsWith('q='))?.split('=')[1] ?? 1)
    const [language] = range.split('-')
    return (language === 'en' || language === 'es') && weight > 0 ? [{language, weight}] : []
  })
  const [first] = wanted.toSorted((one, other) => other.weight - one.weight)
  return first?.language === 'es' ? 'es' : first ? 'en' : fallback
}
