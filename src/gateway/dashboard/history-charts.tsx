/**
 * What was used over the last days.
 *
 * @module
 */
import {useSignal, useSignalEffect} from '@preact/signals'
import {useEffect, useRef} from 'preact/hooks'
import UPlot from 'uplot'
import type {PageHistory, PageHour} from '../management/page-state.ts'
import type {PageStore} from './page-store.ts'
import {toCount} from './words.ts'

const HOUR_SECONDS = 3600

/** One point makes no line. */
const LEAST_POINTS = 2

const RANGES = {'24 hours': 1, '7 days': 7, '30 days': 30} as const

/** Drawn as bars, where the library has them. */
const BARS: Pick<UPlot.Series, 'paths'> = UPlot.paths.bars ? {paths: UPlot.paths.bars()} : {}

type RangeName = keyof typeof RANGES

const RANGE_NAMES: readonly RangeName[] = ['24 hours', '7 days', '30 days']

/** The charts, over a range that the user chooses. */
export function HistoryCharts({store}: {readonly store: PageStore}) {
  const range = useSignal<RangeName>('7 days')
  const history = useSignal<PageHistory | undefined>(undefined)
  useSignalEffect(() => {
    void store.loadHistory(RANGES[range.value]).then((loaded) => {
      if (loaded) history.value = loaded
      return undefined
    })
  })
  return (
    <section aria-labelledby="history">
      <div class="row wrap">
        <h2 id="history">History</h2>
        {RANGE_NAMES.map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={range.value === name}
            onClick={() => (range.value = name)}
          >
            {name}
          </button>
        ))}
      </div>
      {history.value && <Sums hours={history.value.hours} />}
      {history.value && <Charts history={history.value} />}
    </section>
  )
}

function Sums({hours}: Pick<PageHistory, 'hours'>) {
  const sum = (read: (hour: PageHour) => number) =>
    hours.reduce((total, hour) => total + read(hour), 0)
  const input = sum((hour) => hour.input)
  const cached = input === 0 ? 0 : Math.round((100 * sum((hour) => hour.cached)) / input)
  return (
    <p>
      <strong>{toCount(sum((hour) => hour.requests))}</strong> requests,{' '}
      <strong>{toCount(input)}</strong> tokens in ({cached} % cached),{' '}
      <strong>{toCount(sum((hour) => hour.output))}</strong> out,{' '}
      <strong>{toCount(sum((hour) => hour.failed))}</strong> failed
    </p>
  )
}

function Charts({history: {hours, windows}}: {readonly history: PageHistory}) {
  return (
    <>
      <h3>Requests and tokens per hour</h3>
      <Chart
        label="Requests and tokens per hour"
        data={[
          hours.map((row) => row.hourMs / 1000),
          hours.map((row) => row.requests),
          hours.map((row) => row.input + row.output),
        ]}
        series={[
          {label: 'Requests', stroke: '#3b82f6', fill: '#3b82f644', ...BARS},
          {label: 'Tokens', stroke: '#d97706', scale: 'tokens'},
        ]}
      />
      <h3>Used of each window</h3>
      {windows.length === 0 && <p class="faint">Nothing is known yet.</p>}
      {windows.map(({account, label, samples}) => (
        <Chart
          key={`${account} ${label}`}
          label={`${account}, ${label} limit: used`}
          data={[samples.map(([at]) => at / 1000), samples.map(([, used]) => used)]}
          series={[{label: `${account}, ${label}: % used`, stroke: '#3b82f6', width: 2}]}
        />
      ))}
    </>
  )
}

interface ChartProps {
  readonly label: string
  readonly data: UPlot.AlignedData
  readonly series: readonly UPlot.Series[]
}

function Chart({data, label, series}: ChartProps) {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = place.current
    if (!element || data[0].length < LEAST_POINTS) return undefined
    const width = () => Math.max(200, element.clientWidth - 20)
    const color = getComputedStyle(element).color
    const grid = {stroke: `${toHex(color)}22`, width: 1}
    const axis = {stroke: color, grid, ticks: grid}
    const hasTokens = series.some(({scale}) => scale === 'tokens')
    const chart = new UPlot(
      {
        width: width(),
        height: 190,
        series: [{}, ...series],
        axes: [
          axis,
          axis,
          ...(hasTokens
            ? [
                {
                  ...axis,
                  scale: 'tokens',
                  side: 1 as const,
                  grid: {show: false},
                  size: 60,
                  values: toCounts,
                },
              ]
            : []),
        ],
        scales: {x: {range: (_self, least, most) => [least, Math.max(most, least + HOUR_SECONDS)]}},
      },
      data,
      element,
    )
    const watch = new ResizeObserver(() => chart.setSize({width: width(), height: 190}))
    watch.observe(element)
    return () => {
      watch.disconnect()
      chart.destroy()
    }
  }, [data, series])
  if (data[0].length < LEAST_POINTS) {
    return <p class="faint">{label}: not enough is known yet.</p>
  }
  return <div class="chart" ref={place} role="img" aria-label={label} />
}

function toCounts(_chart: UPlot, values: readonly number[]): string[] {
  return values.map((value) => toCount(value))
}

/** `rgb(1, 2, 3)` as `#010203`, for a color that is to shine through. */
function toHex(color: string): string {
  const parts = color.match(/\d+/g)?.slice(0, 3) ?? []
  return `#${parts.map((part) => Number(part).toString(16).padStart(2, '0')).join('')}`
}
