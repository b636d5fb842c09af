import type {Measurement} from './measurement.ts'

const REQUESTS = 200

/** A refresh token works once, so all requests that find the login expired share one refresh. */
export const expiredToken: Measurement = {
  name: '200 requests at once with an expired login',
  target: 1,
  measure: async (replay) => {
    const before = await replay.counts()
    const {ask} = await replay.startPlugin(-3600)
    const answers = await Promise.all(
      Array.from({length: REQUESTS}, async () => {
        const response = await ask('short')
        await response.arrayBuffer()
        return response.status
      }),
    )
    const failed = answers.filter((status) => status !== 200).length
    if (failed > 0) throw new Error(`${failed} of ${REQUESTS} requests failed.`)
    const {refreshes} = await replay.counts()
    if (refreshes === before.refreshes) {
      throw new Error('An expired login was used without a refresh.')
    }
    return {value: refreshes - before.refreshes, unit: 'refreshes'}
  },
}
