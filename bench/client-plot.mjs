// Draws the figures of a run: an SVG, by Vega.
import * as vega from 'vega'
import { compile } from 'vega-lite'

const ours = ['sendMany', 'send']
const colour = {
  condition: { test: { field: 'sender', oneOf: ours }, value: '#0b6bcb' },
  value: '#9aa4b2',
}
const WIDTH = 330

/** A bar a sender, with its figure at the end. */
function bars({ data, field, title, order, format, log }) {
  const x = {
    field,
    type: 'quantitative',
    title,
    scale: log ? { type: 'log', domainMin: 1 } : {},
    axis: { tickCount: 4 },
  }
  const y = { field: 'sender', type: 'nominal', title: null, sort: order }
  return {
    width: WIDTH,
    data: { values: data },
    layer: [
      {
        mark: { type: 'bar', height: { band: 0.7 } },
        encoding: { x: log ? { ...x, stack: null } : x, ...(log && { x2: { datum: 1 } }), y, color: colour },
      },
      {
        mark: { type: 'text', align: 'left', dx: 4, fontSize: 11 },
        encoding: { x, y, text: { field, type: 'quantitative', format } },
      },
    ],
  }
}

/** A line through the points, with the figure at each. */
function line({ data, x, y, format, title }) {
  return {
    width: WIDTH,
    height: 180,
    title,
    data: { values: data },
    layer: [
      { mark: { type: 'line', point: true }, encoding: { x, y, color: { value: '#0b6bcb' } } },
      {
        mark: { type: 'text', dy: -10, fontSize: 11 },
        encoding: { x, y, text: { field: y.field, type: 'quantitative', format } },
      },
    ],
  }
}

/** A line a sender. */
function throughput(data, order) {
  return {
    width: WIDTH,
    height: 180,
    title: 'Throughput at a round trip of 50 ms',
    data: { values: data },
    mark: { type: 'line', point: true },
    encoding: {
      x: {
        field: 'connections',
        type: 'quantitative',
        scale: { type: 'log', base: 2, padding: 15 },
        axis: { values: [1, 4, 16] },
      },
      y: { field: 'perSecond', type: 'quantitative', title: 'pushes/s', axis: { format: '~s' } },
      color: {
        field: 'sender',
        type: 'nominal',
        title: null,
        scale: { domain: order, scheme: 'tableau10' },
        legend: { orient: 'bottom', columns: 3 },
      },
    },
  }
}

/** The specification for Vega-Lite: CPU a push by sender and sink, then how it grows, then latency. */
function specification(groups, order) {
  const of = (experiment, sink) =>
    groups.filter((it) => it.experiment === experiment && (!sink || it.sink === sink) && !it.failed)
  const cpu = (sink) => ({
    ...bars({
      data: of('one', sink),
      field: 'cpuMicros',
      title: 'µs of CPU a push (log scale)',
      order,
      format: '.1f',
      log: true,
    }),
    title: `${sink}, one connection`,
  })
  const sizes = of('sizes').filter((it) => it.pushes > 1)
  const byPushes = {
    field: 'pushes',
    type: 'quantitative',
    scale: { type: 'log', padding: 20 },
    axis: { format: '~s', values: sizes.map((it) => it.pushes) },
    title: 'pushes in one sendMany',
  }
  const start = of('sizes').find((it) => it.pushes === 1)
  const net = sizes.map((it) => ({ ...it, net: it.cpuMicros - (start?.cpuMicros ?? 0) / it.pushes }))
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: 'white',
    padding: 12,
    config: {
      view: { stroke: null },
      axis: { grid: false },
      title: { anchor: 'start', frame: 'group', fontSize: 13, offset: 12 },
    },
    resolve: { scale: { color: 'independent' } },
    vconcat: [
      { hconcat: [cpu('nghttpd'), cpu('nginx')], spacing: 60 },
      {
        hconcat: [
          line({
            data: net,
            x: byPushes,
            y: { field: 'net', type: 'quantitative', title: 'µs of CPU a push', scale: { domainMin: 0 } },
            format: '.2f',
            title: 'sendMany, nghttpd: CPU a push, net of start-up',
          }),
          line({
            data: sizes,
            x: byPushes,
            y: { field: 'megabytes', type: 'quantitative', title: 'MB', scale: { domainMin: 0 } },
            format: '.0f',
            title: 'sendMany, nghttpd: peak memory of the process',
          }),
        ],
        spacing: 60,
      },
      {
        resolve: { scale: { color: 'independent' } },
        hconcat: [
          throughput(
            of('far').filter((it) => it.connections),
            order.filter((name) => of('far').some((it) => it.sender === name && it.connections)),
          ),
          {
            ...bars({
              data: of('latency'),
              field: 'p99',
              title: 'ms, 99th percentile (log scale)',
              order,
              format: '.1f',
              log: true,
            }),
            title: 'Latency of a push at a round trip of 50 ms',
          },
        ],
        spacing: 60,
      },
    ],
  }
}

/** Resolves with the text of an SVG. `order` names the senders from top to bottom. */
export function plot(groups, order) {
  const { spec } = compile(specification(groups, order))
  return new vega.View(vega.parse(spec), { renderer: 'none' }).toSVG()
}
