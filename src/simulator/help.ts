/**
 * What `--help` prints.
 *
 * @module
 */

/** How to start a simulator, and how to steer it. */
export const HELP = `A local stand-in for ChatGPT's logins (that of Codex, and "Sign in with ChatGPT"), its Codex backend and
the API for apps, to try things without an account.

Usage: npm run simulator -- [options]

  --port <number>          port on 127.0.0.1 (default: a free one)
  --account <email:plan>   an account, for example ada@example.com:pro; may be repeated
                           (default: you@example.com:plus)
  --older-models=false     without gpt-5.2, gpt-5.2-codex, gpt-5.1 and the other three of their time
  --websocket              takes upgrades to a WebSocket; without it they are refused with 426
  --help                   this text

It is steered by HTTP while it runs:

  GET /_simulator/requests          what arrived
  GET /_simulator/counts            how often each endpoint gave each answer
  GET, POST, PATCH /_simulator/accounts
                                    show, add and change accounts
  GET, POST, DELETE /_simulator/faults
                                    make the next answers go wrong
  GET, POST, DELETE /_simulator/answers
                                    what the model says in place of what it heard
  POST /_simulator/reset            back to the start

A fault is a JSON object with an endpoint and a kind; "times" (default 1) and "account" narrow it:
  curl -d '{"endpoint":"responses","kind":"cut","afterEvents":5}' <address>/_simulator/faults

  Endpoints: authorize, token, revoke, device-user-code, device-token, device-page, discovery, jwks,
  responses, responses-upgrade, responses-message (a request on a WebSocket), images, models, usage,
  accounts-check, app-authorize, app-token, app-revoke, app-models, app-responses, or a method and a path:
  "GET /backend-api/codex/models"

  Kinds, each with its fields:
  "kind":"status","status":503,"body":{"error":{"message":"No"}},"headers":{"retry-after":"2"}
  "kind":"cut"                 the connection drops; also "afterBytes":100 or "afterEvents":5
  "kind":"stall","forMs":5000  nothing comes (default: for ever); also "afterEvents":5
  "kind":"slow","delayMs":50   every event waits
  "kind":"error-event","error":{"message":"No"}; also "status":429, "afterEvents":5
  "kind":"response-failed","error":{"code":"server_error","message":"No"}; also "afterEvents":5
  "kind":"response-incomplete","reason":"max_output_tokens"
  "kind":"malformed-event","atEvent":3
  "kind":"line-endings","lineEnding":"crlf" (or "cr")
  "kind":"byte-by-byte"        every byte is a chunk of its own
  "kind":"no-terminal-event"   the stream ends without its last event
  "kind":"close","code":1012   a WebSocket is closed; also "afterEvents":5
  "kind":"binary-message"      a message of a WebSocket is binary; also "atEvent":3
  "kind":"response-done"       response.done in place of response.completed

A change of an account names its email, and what changes:
  curl -X PATCH -d '{"email":"you@example.com","primary":{"usedPercent":100}}' \\
    <address>/_simulator/accounts

  "plan":"pro"   "olderModels":false   "deactivated":true   "userDeactivated":true
  "primary":{"usedPercent":100,"resetAfterSeconds":60}, and "secondary" in the same way
  "appRequestsPerWeek":3       the cap of apps, from now on (null: none); "appTellsReset":false hides its end
  "usage":"lagging"            answers with the usage of now, until it is "live" again
  "accessTokens":"expire"      or "revoke"; "refreshTokens" in the same way
  "signOut":true               revokes every token

POST adds an account; beside email and plan it takes userId, accountId, namesAccount, olderModels,
models, windows, additionalLimits, credits, deactivated, userDeactivated, appRequestsPerWeek,
accessTokenLifetimeSeconds:
  curl -d '{"email":"bob@example.com","plan":"pro","credits":{"balance":12.5}}' \\
    <address>/_simulator/accounts

An answer is what the model says to a prompt with these words in it:
  curl -d '{"to":"the capital of Portugal","text":"Lisbon."}' <address>/_simulator/answers

A prompt steers as well: "use the tool <name>", "search the web for <words>", or a line such as
[simulator deltas=2000 delay-ms=10 reasoning-deltas=3].
`
