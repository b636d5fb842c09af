import {expect, test} from 'vitest'
import {Distribution, Tally} from '../../../src/gateway/watch/metric-text.ts'

/** What Prometheus reads, letter by letter. */

test('a sum by its labels, whose values may hold anything', () => {
  const tally = new Tally({name: 'requests_total', help: 'Requests.', type: 'counter'})
  tally.add({status: 200, account: 'a'})
  tally.add({status: 200, account: 'a'}, 2)
  tally.add({status: 404, account: 'a "b" \\ \n'})

  expect(tally.toText()).toBe(
    [
      '# HELP requests_total Requests.',
      '# TYPE requests_total counter',
      'requests_total{status="200",account="a"} 3',
      String.raw`requests_total{status="404",account="a \"b\" \\ \n"} 1`,
      '',
    ].join('\n'),
  )
})

test('how many there are now, without labels', () => {
  const open = new Tally({name: 'open', help: 'Under way.', type: 'gauge'})
  open.add()
  open.add({}, -1)

  expect(open.toText()).toBe('# HELP open Under way.\n# TYPE open gauge\nopen 0\n')
})

test('values up to each bound, and all of them', () => {
  const times = new Distribution({name: 'request_seconds', help: 'Until the end.'}, [0.5, 2])
  for (const value of [0.25, 0.5, 1, 4]) times.add(value)

  expect(times.toText()).toBe(
    [
      '# HELP request_seconds Until the end.',
      '# TYPE request_seconds histogram',
      'request_seconds_bucket{le="0.5"} 2',
      'request_seconds_bucket{le="2"} 3',
      'request_seconds_bucket{le="+Inf"} 4',
      'request_seconds_sum 5.75',
      'request_seconds_count 4',
      '',
    ].join('\n'),
  )
})
