/**
 * What is said of a login that goes on, and of an account that is connected.
 *
 * @module
 */
import type {AccountState} from '../accounts/account-place.ts'
import type {Flow} from '../flow/flow.ts'
import type {Language, Text} from './language.ts'
import {toProblemWords} from './problem-words.ts'

const STARTING: Text = {en: 'Asking OpenAI for a code.', es: 'Pidiendo un código a OpenAI.'}
const PENDING: Text = {
  en: 'Please open the URL and enter the code to authenticate.',
  es: 'Abre el enlace e introduce el código para autenticarte.',
}
const SUCCEEDED: Text = {en: 'The account is connected.', es: 'La cuenta está conectada.'}
const CHATGPT: Text = {en: 'Logged in using ChatGPT', es: 'Sesión iniciada con ChatGPT'}
const API_KEY: Text = {en: 'An API key is configured', es: 'Hay una API key configurada'}
const NONE: Text = {en: 'Not logged in', es: 'Sin sesión iniciada'}
const SIMULATED: Text = {
  en: 'Simulation: no account can be connected',
  es: 'Simulación: no se puede conectar ninguna cuenta',
}

const LOGGED_OUT: Text = {en: 'Successfully logged out', es: 'Sesión cerrada'}
const NOTHING_THERE: Text = {en: 'Not logged in', es: 'No había ninguna sesión'}

/** Says how far a login is. */
export function describeFlow({problem, status}: Flow, language: Language): string {
  if (problem) return toProblemWords(problem, language).message
  if (status === 'starting') return STARTING[language]
  return status === 'pending' ? PENDING[language] : SUCCEEDED[language]
}

/** Says whether there is a login, and whose. */
export function describeState(
  {account, isAuthenticated, method, problem}: AccountState,
  {isSimulated, language}: {readonly isSimulated: boolean; readonly language: Language},
): string {
  if (isSimulated) return SIMULATED[language]
  if (problem) return toProblemWords(problem, language).message
  if (!isAuthenticated) return NONE[language]
  if (method === 'api_key') return API_KEY[language]
  return account?.email === undefined
    ? CHATGPT[language]
    : `${CHATGPT[language]} (${account.email})`
}

/** Says what a logout has done. */
export function describeLogout(wasThere: boolean, language: Language): string {
  return (wasThere ? LOGGED_OUT : NOTHING_THERE)[language]
}
