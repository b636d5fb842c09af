/**
 * How clients are led to the gateway.
 *
 * @module
 */
import {CopyButton} from './parts/copy-button.tsx'

/** Lines to copy. */
export function SetUp({url}: {readonly url: string}) {
  const {origin} = new URL(url)
  return (
    <section aria-labelledby="set-up">
      <h2 id="set-up">Set up a client</h2>
      <p>
        The Codex CLI needs no key. Every other client shows a <a href="#keys">client key</a>.
      </p>
      <dl class="lines">
        <Line name="Codex, for one run" text="cao run --gateway" />
        <Line name="Codex, until further notice" text="cao gateway enable" />
        <Line name="Base URL of other clients" text={`${origin}/v1`} />
        <Line
          name="In a terminal"
          text={`curl ${origin}/v1/responses -H "Authorization: Bearer $KEY" -H "Content-Type: application/json" -d '{"model": "gpt-5.5", "input": "Hello"}'`}
        />
      </dl>
    </section>
  )
}

function Line({name, text}: {readonly name: string; readonly text: string}) {
  return (
    <>
      <dt>{name}</dt>
      <dd class="row">
        <code>{text}</code>
        <CopyButton name={name} text={text} />
      </dd>
    </>
  )
}
