/** The error that a promise rejects with; a promise that is fulfilled fails the test. */
export async function rejectionOf(promise: Promise<unknown>): Promise<Error> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (outcome instanceof Error) return outcome
  throw new TypeError('The promise did not reject with an error')
}
