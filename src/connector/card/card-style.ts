/**
 * How the card looks, in light and dark. Pages change the colours and the font by the same variables.
 *
 * @module
 */

const DARK = `
  color-scheme: dark;
  --surface: var(--codex-card-surface, #16181d);
  --raised: var(--codex-card-raised, #20242c);
  --text: var(--codex-card-text, #eceef2);
  --muted: var(--codex-card-muted, #a9b1bf);
  --line: var(--codex-card-line, #3a404c);
  --control: #7d8798;
  --accent: var(--codex-card-accent, #6ea8ff);
  --on-accent: #08142b;
  --good: #4cc38a;
  --bad: #ff8f8f;
  --bad-surface: #3a1d20;
  --note-surface: #332a12;
  --note: #f0c869;
`

/** The style sheet of the card. */
export const CARD_STYLE = `
:host {
  color-scheme: light;
  --surface: var(--codex-card-surface, #ffffff);
  --raised: var(--codex-card-raised, #f4f6f9);
  --text: var(--codex-card-text, #1a1d23);
  --muted: var(--codex-card-muted, #565f6d);
  --line: var(--codex-card-line, #d5dae2);
  --control: #7a8494;
  --accent: var(--codex-card-accent, #1557d6);
  --on-accent: #ffffff;
  --good: #15703f;
  --bad: #b3261e;
  --bad-surface: #fdeceb;
  --note-surface: #fff6de;
  --note: #6b4a00;
  display: block;
  max-width: 34rem;
  font: 1rem/1.5 var(--codex-card-font, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif);
  color: var(--text);
}
:host([theme="dark"]) {${DARK}}
@media (prefers-color-scheme: dark) {
  :host(:not([theme="light"])) {${DARK}}
}
* {box-sizing: border-box}
.card {padding: 1.25rem; border: 1px solid var(--line); border-radius: .9rem; background: var(--surface)}
h2 {margin: 0 0 1rem; font-size: 1.15rem; line-height: 1.3}
h3 {margin: 0 0 .35rem; font-size: 1.05rem; line-height: 1.3}
p {margin: 0 0 .75rem}
.muted {color: var(--muted); font-size: .925rem}
.fields {display: grid; grid-template-columns: 1fr 1fr; gap: .75rem; margin-bottom: 1.1rem}
.field {display: grid; gap: .25rem; font-size: .875rem; color: var(--muted); min-width: 0}
select, input {
  width: 100%; min-height: 2.6rem; padding: .45rem .65rem; font: inherit; font-size: 1rem; color: var(--text);
  background: var(--surface); border: 1px solid var(--control); border-radius: .5rem;
}
.body {padding-top: 1.1rem; border-top: 1px solid var(--line)}
.row {display: flex; flex-wrap: wrap; gap: .6rem; align-items: center}
button, a.button {
  min-height: 2.6rem; padding: .5rem 1rem; font: inherit; font-weight: 600; color: var(--text); cursor: pointer;
  background: transparent; border: 1px solid var(--control); border-radius: .5rem; text-align: center;
}
button:hover:not(:disabled) {background: var(--raised)}
button.primary {color: var(--on-accent); background: var(--accent); border-color: var(--accent)}
button.primary:hover:not(:disabled) {filter: brightness(1.08); background: var(--accent)}
button:disabled {color: var(--muted); border-color: var(--line); background: var(--raised); cursor: not-allowed}
button.small {min-height: 2.2rem; padding: .3rem .7rem; font-size: .875rem}
:focus-visible {outline: 3px solid var(--accent); outline-offset: 2px}
.below {margin-top: 1rem}
.badge {
  display: inline-flex; align-items: center; gap: .45rem; padding: .1rem .6rem; font-size: .8rem; font-weight: 700;
  letter-spacing: .03em; color: var(--text); background: var(--raised); border: 1px solid var(--line);
  border-radius: 1rem;
}
.badge::before {content: ""; width: .55rem; height: .55rem; border-radius: 50%; background: var(--muted)}
.badge.busy::before {background: var(--accent); animation: pulse 1.4s ease-in-out infinite}
.badge.good::before {background: var(--good)}
.badge.bad::before {background: var(--bad)}
@keyframes pulse {50% {opacity: .25}}
@media (prefers-reduced-motion: reduce) {.badge::before {animation: none !important}}
.top {display: flex; flex-wrap: wrap; gap: .5rem; justify-content: space-between; align-items: center; margin-bottom: .75rem}
ol {margin: 0 0 1rem; padding: 0; list-style: none; display: grid; gap: .9rem}
.step {margin: 0 0 .35rem}
.value {display: flex; flex-wrap: wrap; gap: .6rem; align-items: center}
a {color: var(--accent); overflow-wrap: anywhere}
code {
  padding: .3rem .8rem; font: 700 1.6rem/1.3 ui-monospace, "SF Mono", Consolas, monospace; letter-spacing: .08em;
  background: var(--raised); border: 1px dashed var(--control); border-radius: .5rem; user-select: all;
}
dl {display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .3rem .9rem; margin: 0 0 1rem}
dt {color: var(--muted)}
dd {margin: 0; font-weight: 600; overflow-wrap: anywhere}
.limit {margin-bottom: .75rem; font-size: .925rem}
.limit .names {display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 .75rem; margin-bottom: .25rem}
.meter {height: .55rem; border-radius: .3rem; background: var(--raised); border: 1px solid var(--line); overflow: hidden}
.meter div {height: 100%; background: var(--good)}
.meter.low div {background: var(--bad)}
.alert {padding: .7rem .85rem; margin-bottom: 1rem; color: var(--bad); background: var(--bad-surface); border-radius: .5rem}
.alert p {margin: 0}
.alert .action {color: var(--text); overflow-wrap: anywhere}
.note {padding: .6rem .85rem; margin-bottom: 1rem; color: var(--note); background: var(--note-surface); border-radius: .5rem; font-size: .9rem}
.message {margin: .9rem 0 0; font-size: .925rem}
.good {color: var(--good)}
.hidden {position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap}
@media (max-width: 26rem) {
  .card {padding: 1rem}
  .fields {grid-template-columns: 1fr}
  .row > button {flex: 1 1 100%}
  code {font-size: 1.35rem}
}
`
