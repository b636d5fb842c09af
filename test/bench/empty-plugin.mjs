/** What any plugin costs: the least that a host accepts. */
export async function activate() {
  return {dispose() {}}
}
