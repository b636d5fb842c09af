/**
 * What is said of each problem, and what the user can do about it.
 *
 * @module
 */
import type {ProblemCode} from '../connector-error.ts'
import type {Language, Text} from './language.ts'

interface Words {
  readonly message: Text
  readonly action: Text
}

/** A problem in words. */
export interface ProblemWords {
  readonly code: ProblemCode
  /** What happened, in one sentence. */
  readonly message: string
  /** What the user, or whoever runs the server, can do. */
  readonly action: string
}

const INSTALL = 'npm install -g @openai/codex'

const AGAIN: Text = {en: 'Start the login again.', es: 'Vuelve a iniciar la conexión.'}

const TEXTS: Readonly<Record<ProblemCode, Words>> = {
  account_required: {
    message: {en: 'No account is connected.', es: 'No hay ninguna cuenta conectada.'},
    action: {en: 'Connect an account first.', es: 'Conecta primero una cuenta.'},
  },
  api_key_refused: {
    message: {en: 'OpenAI does not accept this API key.', es: 'OpenAI no acepta esta API key.'},
    action: {
      en: 'Check the key and enter it again.',
      es: 'Revisa la clave e introdúcela otra vez.',
    },
  },
  api_key_unsupported: {
    message: {en: 'API keys cannot be stored here.', es: 'Aquí no se pueden guardar API keys.'},
    action: {en: 'Connect an account instead.', es: 'Conecta una cuenta en su lugar.'},
  },
  bad_request: {
    message: {en: 'The request cannot be understood.', es: 'La petición no se puede entender.'},
    action: {
      en: 'Send a JSON object with the documented fields.',
      es: 'Envía un objeto JSON con los campos documentados.',
    },
  },
  body_not_json: {
    message: {
      en: 'The body of the request is not marked as JSON.',
      es: 'El cuerpo de la petición no está marcado como JSON.',
    },
    action: {
      en: 'Send it with Content-Type: application/json.',
      es: 'Envíalo con Content-Type: application/json.',
    },
  },
  body_too_large: {
    message: {
      en: 'The body of the request is longer than 64 kB.',
      es: 'El cuerpo de la petición ocupa más de 64 kB.',
    },
    action: {
      en: 'Send only the documented fields.',
      es: 'Envía solo los campos documentados.',
    },
  },
  busy: {
    message: {
      en: 'Somebody else is connecting this account at the moment.',
      es: 'Otra persona está conectando esta cuenta en este momento.',
    },
    action: {en: 'Try again in some minutes.', es: 'Inténtalo de nuevo dentro de unos minutos.'},
  },
  cancelled: {
    message: {en: 'The login was cancelled.', es: 'La conexión se canceló.'},
    action: AGAIN,
  },
  cli_missing: {
    message: {en: 'Codex CLI not found', es: 'Codex CLI no detectado'},
    action: {en: INSTALL, es: INSTALL},
  },
  credential_store: {
    message: {
      en: 'The settings of Codex keep logins where this login cannot be put.',
      es: 'Los ajustes de Codex guardan las sesiones donde esta no se puede guardar.',
    },
    action: {
      en: 'Set cli_auth_credentials_store = "file" in the config.toml of that CODEX_HOME, then start again.',
      es: 'Pon cli_auth_credentials_store = "file" en el config.toml de ese CODEX_HOME y vuelve a empezar.',
    },
  },
  device_auth_disabled: {
    message: {
      en: 'Login with a device code is turned off for this account or server.',
      es: 'El inicio de sesión con código está desactivado para esta cuenta o este servidor.',
    },
    action: {
      en: 'Turn on device code login in the security settings of ChatGPT, then start again.',
      es: 'Activa el inicio de sesión con código de dispositivo en los ajustes de seguridad de ChatGPT y vuelve a empezar.',
    },
  },
  expired: {
    message: {en: 'The code has expired.', es: 'El código ha caducado.'},
    action: {
      en: 'Start again to get a new code.',
      es: 'Vuelve a empezar para obtener un código nuevo.',
    },
  },
  feature_disabled: {
    message: {
      en: 'Account mode is turned off on this server.',
      es: 'El modo de cuenta está desactivado en este servidor.',
    },
    action: {
      en: 'Set ORCH_CODEX_ACCOUNT_MODE_ENABLED=true and restart the server.',
      es: 'Define ORCH_CODEX_ACCOUNT_MODE_ENABLED=true y reinicia el servidor.',
    },
  },
  forbidden: {
    message: {en: 'You may not do this.', es: 'No tienes permiso para hacer esto.'},
    action: {en: 'Ask whoever runs this server.', es: 'Pregunta a quien administra este servidor.'},
  },
  internal: {
    message: {en: 'Something unexpected went wrong.', es: 'Ha ocurrido un error inesperado.'},
    action: {
      en: 'Try again. If it happens again, look at the log of the server.',
      es: 'Inténtalo de nuevo. Si se repite, mira el registro del servidor.',
    },
  },
  interrupted: {
    message: {
      en: 'The server was restarted during the login.',
      es: 'El servidor se reinició durante la conexión.',
    },
    action: AGAIN,
  },
  key_required: {
    message: {en: 'This needs a key of the server.', es: 'Esto necesita una clave del servidor.'},
    action: {
      en: 'Open the address of the page that ends in #key=…, or send the key as Authorization: Bearer.',
      es: 'Abre la dirección de la página que termina en #key=…, o envía la clave como Authorization: Bearer.',
    },
  },
  login_disabled_by_policy: {
    message: {
      en: 'The settings of Codex on this server do not allow this kind of login.',
      es: 'La configuración de Codex en este servidor no permite este tipo de inicio de sesión.',
    },
    action: {
      en: 'Change forced_login_method in config.toml, or use the other kind of login.',
      es: 'Cambia forced_login_method en config.toml o usa el otro tipo de inicio de sesión.',
    },
  },
  login_required: {
    message: {
      en: 'The login of this account has ended.',
      es: 'La sesión de esta cuenta ha terminado.',
    },
    action: {en: 'Connect the account again.', es: 'Vuelve a conectar la cuenta.'},
  },
  method_not_allowed: {
    message: {
      en: 'This address does not take this method.',
      es: 'Esta dirección no admite este método.',
    },
    action: {en: 'Use the documented method.', es: 'Usa el método documentado.'},
  },
  network: {
    message: {en: 'OpenAI could not be reached.', es: 'No se pudo contactar con OpenAI.'},
    action: {
      en: 'Check the network of the server and try again.',
      es: 'Comprueba la red del servidor e inténtalo de nuevo.',
    },
  },
  not_found: {
    message: {en: 'There is nothing at this address.', es: 'No hay nada en esta dirección.'},
    action: {
      en: 'Check the address, or start a new login.',
      es: 'Comprueba la dirección o inicia una conexión nueva.',
    },
  },
  origin_refused: {
    message: {
      en: 'Requests from this page are not accepted.',
      es: 'No se aceptan peticiones desde esta página.',
    },
    action: {
      en: 'Name its origin in allowedOrigins, or open the page from this server.',
      es: 'Añade su origen a allowedOrigins o abre la página desde este servidor.',
    },
  },
  parse_failed: {
    message: {
      en: 'The output of the Codex CLI could not be understood.',
      es: 'No se pudo entender la salida de Codex CLI.',
    },
    action: {en: `Update the CLI: ${INSTALL}`, es: `Actualiza el CLI: ${INSTALL}`},
  },
  provider_unknown: {
    message: {en: 'There is no such provider.', es: 'Ese proveedor no existe.'},
    action: {en: 'Use provider_id "codex".', es: 'Usa provider_id "codex".'},
  },
  provider_unsupported: {
    message: {
      en: 'This provider has no account mode here.',
      es: 'Este proveedor no tiene modo de cuenta aquí.',
    },
    action: {en: 'Use an API key for it, or choose codex.', es: 'Usa una API key o elige codex.'},
  },
  rate_limited: {
    message: {
      en: 'OpenAI has received too many logins.',
      es: 'OpenAI ha recibido demasiados intentos de conexión.',
    },
    action: {
      en: 'Wait one or two minutes, then try again.',
      es: 'Espera uno o dos minutos y vuelve a intentarlo.',
    },
  },
  refused: {
    message: {en: 'The login was refused.', es: 'El inicio de sesión fue rechazado.'},
    action: {
      en: 'Start again and allow the login on the page of OpenAI.',
      es: 'Vuelve a empezar y permite el acceso en la página de OpenAI.',
    },
  },
  server_error: {
    message: {
      en: 'OpenAI gave an answer that cannot be used.',
      es: 'OpenAI dio una respuesta que no se puede usar.',
    },
    action: {en: 'Try again in a moment.', es: 'Inténtalo de nuevo en un momento.'},
  },
  simulated: {
    message: {
      en: 'The simulation is over. No account is connected.',
      es: 'La simulación ha terminado. No hay ninguna cuenta conectada.',
    },
    action: {
      en: 'Turn the simulation off to connect a real account.',
      es: 'Desactiva la simulación para conectar una cuenta real.',
    },
  },
  spawn_failed: {
    message: {en: 'The Codex CLI could not be started.', es: 'No se pudo iniciar Codex CLI.'},
    action: {en: `Install it again: ${INSTALL}`, es: `Instálalo de nuevo: ${INSTALL}`},
  },
  storage_failed: {
    message: {
      en: 'The login could not be read or stored.',
      es: 'No se pudo leer o guardar la sesión.',
    },
    action: {
      en: 'Check the space and the permissions of the folder of the accounts.',
      es: 'Comprueba el espacio y los permisos de la carpeta de cuentas.',
    },
  },
  timeout: {
    message: {en: 'There was no answer in time.', es: 'No hubo respuesta a tiempo.'},
    action: {en: 'Try again in a moment.', es: 'Inténtalo de nuevo en un momento.'},
  },
  too_many_requests: {
    message: {en: 'You have started too many logins.', es: 'Has iniciado demasiadas conexiones.'},
    action: {
      en: 'Wait a few minutes, then try again.',
      es: 'Espera unos minutos y vuelve a intentarlo.',
    },
  },
  unauthorized: {
    message: {
      en: 'You are not logged in to this application.',
      es: 'No has iniciado sesión en esta aplicación.',
    },
    action: {
      en: 'Log in to the application and try again.',
      es: 'Inicia sesión en la aplicación e inténtalo de nuevo.',
    },
  },
}

/** Puts a problem into words. */
export function toProblemWords(code: ProblemCode, language: Language): ProblemWords {
  const {action, message} = TEXTS[code]
  return {code, message: message[language], action: action[language]}
}
