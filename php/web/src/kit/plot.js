/*
 * Lines over time on a canvas, by uPlot, in the colours of the page.
 */

import UPlot from 'uplot';

/** Drawn charts by the element that holds them. */
const drawn = new WeakMap();

function colour(element, name) {
    return getComputedStyle(element).getPropertyValue(name).trim() || getComputedStyle(element).color;
}

const FONT = '12px system-ui, sans-serif';
/** Pixels that stay free between two moments below a chart. */
const APART = 24;

/** Moments below the chart: the hour within two days, else the day. */
function ticks(times, words) {
    const isShort = times[times.length - 1] - times[0] < 2 * 86400;
    return (at) => words.format(at, isShort ? { hour: '2-digit', minute: '2-digit' } : { month: 'short', day: 'numeric' });
}

/** Pixels that such a moment needs: "12:30 AM" is longer than "00:30". */
function room(times, tell) {
    const pen = document.createElement('canvas').getContext('2d');
    pen.font = FONT;
    return Math.ceil(Math.max(...times.map((at) => pen.measureText(tell(at)).width))) + APART;
}

/**
 * Draws or renews a chart. Values are lists as long as that of the moments; null where nothing was recorded.
 *
 * @param {HTMLElement} element
 * @param {number[]} times Seconds since 1970.
 * @param {{label: string, values: (number|null)[], colour: string}[]} lines
 * @param {{unit: string, height: number, words: import('./words.js').Words, top?: number, small?: boolean}} how
 */
export function plot(element, times, lines, how) {
    const { words } = how;
    const data = /** @type {import('uplot').AlignedData} */ ([times, ...lines.map((line) => line.values)]);
    const width = element.clientWidth;
    const before = drawn.get(element);
    if (width === 0) {
        return;
    }
    if (before && before.labels === lines.map((line) => line.label).join()) {
        before.chart.setData(data);
        before.chart.setSize({ width, height: how.height });
        return;
    }
    if (before) {
        before.chart.destroy();
    }
    const ink = getComputedStyle(element).color;
    const grid = { stroke: 'rgba(128, 138, 148, .22)', width: 1 };
    const axis = { stroke: ink, grid, ticks: grid, font: FONT };
    const tell = ticks(times, words);
    const chart = new UPlot({
        width,
        height: how.height,
        legend: { show: !how.small, live: true },
        cursor: { show: !how.small, drag: { x: false, y: false } },
        scales: { y: { range: (self, low, high) => [0, how.top || Math.max(high * 1.1, 0.1)] } },
        axes: how.small ? [{ show: false }, { show: false }] : [{ ...axis, space: room(times, tell), values: (self, at) => at.map(tell) }, { ...axis, size: 64 }],
        padding: how.small ? [2, 0, 0, 0] : undefined,
        series: [{ label: words.say('column_time'), value: (self, at) => (at === null ? '–' : words.moment(at)) }].concat(lines.map((line) => ({
            label: line.label,
            stroke: colour(element, line.colour),
            fill: how.small ? undefined : colour(element, line.colour) + '22',
            width: how.small ? 1.5 : 2,
            points: { show: false },
            value: (self, value) => (value === null || value === undefined ? '–' : value.toFixed(1) + ' ' + how.unit),
        }))),
    }, data, element);
    drawn.set(element, { chart, labels: lines.map((line) => line.label).join() });
}
