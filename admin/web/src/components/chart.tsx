import 'uplot/dist/uPlot.min.css'
import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef } from 'react'
import UPlot from 'uplot'

/** What a chart draws: one line, or one layer of its bars. */
export interface ChartSeries {
  label: string
  /** A colour of the theme: `green`. */
  color: string
  /** One for each time; null: not known. */
  values: readonly (number | null)[]
}

interface ChartProps {
  /** What it shows, for those who do not see it. */
  label: string
  /** Seconds since 1970, rising. */
  times: readonly number[]
  series: readonly ChartSeries[]
  kind: 'lines' | 'bars'
  /** Pixels; 200 by default. */
  height?: number
}

/** Figures over time. The bars of a time lie on one another. */
export default function Chart({ label, times, series, kind, height = 200 }: ChartProps) {
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<UPlot | undefined>(undefined)
  const scheme = useComputedColorScheme()
  const shape = series.map((one) => `${one.label}:${one.color}`).join()
  // Made anew only when its lines or colours are others; figures are put into the one that is there.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` says what of `series` counts, and `scheme` what the colours are.
  useEffect(() => {
    const element = place.current
    if (element === null) return
    const chart = new UPlot(
      { ...optionsOf(series, kind, element), width: element.clientWidth, height },
      dataOf(times, series, kind),
      element,
    )
    plot.current = chart
    const observer = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height }))
    observer.observe(element)
    return () => {
      observer.disconnect()
      chart.destroy()
    }
  }, [shape, kind, height, scheme])
  useEffect(() => {
    plot.current?.setData(dataOf(times, series, kind))
  }, [times, series, kind])
  return <div ref={place} role="img" aria-label={label} />
}

function optionsOf(
  series: readonly ChartSeries[],
  kind: ChartProps['kind'],
  element: HTMLElement,
): Omit<UPlot.Options, 'width' | 'height'> {
  const style = getComputedStyle(element)
  const color = (name: string) => style.getPropertyValue(`--mantine-color-${name}`)
  const axis: UPlot.Axis = {
    stroke: color('dimmed'),
    grid: { stroke: color('default-border'), width: 1 },
    ticks: { show: false },
  }
  // The layers behind come first: each is drawn to the height of itself and all below it.
  const layers = kind === 'bars' ? [...series].reverse() : series
  const bars = UPlot.paths.bars?.({ size: [0.8, 40] })
  return {
    legend: { show: false },
    cursor: { show: false },
    scales: {
      // Half of what lies between two bars, so that the first and the last are whole.
      x: { range: (plot, min, max) => (kind === 'bars' ? widened(plot.data[0], min, max) : [min, max]) },
      y: { range: (_plot, _min, max) => [0, Math.max(5, max * 1.1)] },
    },
    axes: [
      { ...axis, size: 28, values: (_plot, ticks) => ticks.map((tick) => timeText(tick, ticks)) },
      { ...axis, size: 56 },
    ],
    series: [
      {},
      ...layers.map(({ label, color: name }) => {
        const filled = color(`${name}-filled`)
        return kind === 'bars' && bars
          ? { label, stroke: filled, fill: filled, paths: bars, points: { show: false } }
          : { label, stroke: filled, width: 2 }
      }),
    ],
  }
}

function widened(times: ArrayLike<number>, min: number, max: number): [number, number] {
  const half = ((times[1] ?? min) - (times[0] ?? min)) / 2
  return [min - half, max + half]
}

/** The time of day where the ticks are less than a day apart, else the day; as the reader writes them. */
function timeText(seconds: number, ticks: readonly number[]): string {
  const step = (ticks[1] ?? seconds) - (ticks[0] ?? seconds)
  const parts: Intl.DateTimeFormatOptions =
    step >= 86_400 ? { day: 'numeric', month: 'short' } : { timeStyle: 'short' }
  return new Intl.DateTimeFormat(undefined, parts).format(seconds * 1000)
}

function dataOf(
  times: readonly number[],
  series: readonly ChartSeries[],
  kind: ChartProps['kind'],
): UPlot.AlignedData {
  if (kind === 'lines') return [[...times], ...series.map(({ values }) => [...values])] as UPlot.AlignedData
  const sums = times.map(() => 0)
  const layers = series.map(({ values }) =>
    values.map((value, index) => {
      sums[index] = (sums[index] ?? 0) + (value ?? 0)
      return sums[index]
    }),
  )
  return [[...times], ...layers.reverse()] as UPlot.AlignedData
}
