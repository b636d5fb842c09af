/** A message for a person: from a capital letter, an email or a host, to a full stop, and nothing that a machine says. */
export const SENTENCE =
  /^(?!.*(?:undefined|\bnull\b|\[object|Error:|ERR_|ECONN|[<>{}]))(?:[A-Z]|\S+[@.]\S+ ).+[.!]$/s
