/**
 * A message for a user: it begins with a capital letter, an email or a host, ends with a full
 * stop, and has nothing in it that only a machine says.
 */
export const SENTENCE =
  /^(?!.*(?:undefined|\bnull\b|\[object|Error:|ERR_|ECONN|[<>{}]))(?:[A-Z]|\S+[@.]\S+ ).+[.!]$/s
