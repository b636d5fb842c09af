/**
 * What the card says.
 *
 * @module
 */

/** A language of the card. */
export type CardLanguage = 'en' | 'es'

const ENGLISH = {
  account: 'Account',
  accountMode: 'ChatGPT account',
  apiKey: 'API Key',
  apiKeyStored: 'The API key is stored.',
  authMode: 'Auth Mode',
  cancel: 'Cancel',
  checking: 'Checking the session…',
  code: 'Code',
  connect: 'Connect account',
  connected: 'Connected',
  copied: 'Copied',
  copyCode: 'Copy the code',
  copyLink: 'Copy the link',
  enterCode: 'Enter the code:',
  expired: 'expired',
  explain:
    'Use your ChatGPT subscription instead of an API key. You log in on the page of OpenAI; this application never sees your password.',
  gone: 'The server does not answer.',
  goneAction: 'Check that it is running, then try again.',
  heading: 'Connect account (Device Auth)',
  left: 'left',
  leftAria: 'Left of the usage limit',
  logOut: 'Log out',
  notConnected: 'Not connected',
  openLink: 'Open',
  opensInNewTab: 'opens in a new tab',
  plan: 'Plan',
  providerType: 'Provider Type',
  resets: 'resets',
  retry: 'Try again',
  save: 'Save as active provider',
  saved: 'Saved as active provider.',
  saveKey: 'Store the key',
  settings: 'Provider Settings',
  simulated: 'SIMULATION: no account can be connected',
  state: 'State',
  test: 'Test connection',
  testOk: 'The connection works.',
  timeLeft: 'Time left',
  warning:
    'Continue only if you started this login yourself. Never enter a code that someone sent you.',
}

/** Every text, by its name. */
export type CardTexts = Readonly<typeof ENGLISH>

const SPANISH: CardTexts = {
  account: 'Cuenta',
  accountMode: 'Cuenta de ChatGPT',
  apiKey: 'API Key',
  apiKeyStored: 'La API key está guardada.',
  authMode: 'Auth Mode',
  cancel: 'Cancelar',
  checking: 'Comprobando sesión…',
  code: 'Código',
  connect: 'Conectar Cuenta',
  connected: 'Conectado',
  copied: 'Copiado',
  copyCode: 'Copiar el código',
  copyLink: 'Copiar el enlace',
  enterCode: 'Introduce el código:',
  expired: 'caducado',
  explain:
    'Usa tu suscripción de ChatGPT en lugar de una API key. Inicias sesión en la página de OpenAI; esta aplicación nunca ve tu contraseña.',
  gone: 'El servidor no responde.',
  goneAction: 'Comprueba que está en marcha y vuelve a intentarlo.',
  heading: 'Conectar Cuenta (Device Auth)',
  left: 'disponible',
  leftAria: 'Disponible del límite de uso',
  logOut: 'Cerrar sesión',
  notConnected: 'Sin conectar',
  openLink: 'Abre',
  opensInNewTab: 'se abre en otra pestaña',
  plan: 'Plan',
  providerType: 'Provider Type',
  resets: 'se renueva',
  retry: 'Volver a intentarlo',
  save: 'Save as active provider',
  saved: 'Guardado como proveedor activo.',
  saveKey: 'Guardar la clave',
  settings: 'Provider Settings',
  simulated: 'SIMULACIÓN: no se puede conectar ninguna cuenta',
  state: 'Estado',
  test: 'Probar conexión',
  testOk: 'La conexión funciona.',
  timeLeft: 'Tiempo restante',
  warning:
    'Continúa solo si has iniciado tú esta conexión. Nunca introduzcas un código que te haya enviado otra persona.',
}

/** The texts of a language; English where it is not known. */
export function toCardTexts(language: string): CardTexts {
  return toCardLanguage(language) === 'es' ? SPANISH : ENGLISH
}

/** The language of the card that fits a tag such as `es-MX`. */
export function toCardLanguage(tag: string): CardLanguage {
  return /^es\b/i.test(tag.trim()) ? 'es' : 'en'
}

/** What is left until a code expires, for example `14:59`; `undefined` once it has. */
export function toTimeLeft(expiresAtMs: number, nowMs: number): string | undefined {
  const seconds = Math.ceil((expiresAtMs - nowMs) / 1000)
  if (!(seconds > 0)) return undefined
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
