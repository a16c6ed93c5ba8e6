/* Charts: what Proxmox remembers of the machine, drawn, as a table, and to be taken away. */

import { page } from '../kit/page.js';
import { plot } from '../kit/plot.js';

const COLUMNS = ['cpu', 'memory', 'disk_read', 'disk_write', 'net_in', 'net_out'];
/** Chart, then its unit, its upper end where it has one, and its columns with their colours. */
const CHARTS = {
    cpu: ['%', 100, [['cpu', '--kvm-accent']]],
    memory: ['%', 100, [['memory', '--kvm-accent']]],
    disk: ['MB/s', 0, [['disk_read', '--kvm-accent'], ['disk_write', '--kvm-warn']]],
    net: ['MB/s', 0, [['net_in', '--kvm-accent'], ['net_out', '--kvm-warn']]],
};

/** Draws every chart of a part of the page into the elements that are named for it. */
function draw(root, points, words, how) {
    const times = points.map((point) => point.time);
    root.querySelectorAll('[data-chart]').forEach((element) => {
        const [unit, top, columns] = CHARTS[element.dataset.chart];
        const lines = columns.map(([column, colour]) => ({
            label: words.say('column_' + column), values: points.map((point) => point[column]), colour,
        }));
        plot(element, times, lines, { unit, words, top: how.small ? 0 : top, ...how });
    });
}

/** Which charts would show nothing: one point makes no line. */
function blanks(points) {
    const has = (column) => points.filter((point) => point[column] !== null).length > 1;
    const blank = {};
    Object.keys(CHARTS).forEach((chart) => {
        blank[chart] = !CHARTS[chart][2].some(([column]) => has(column));
    });
    return blank;
}

export const charts = page('charts', 'charts', {
    frame: 'hour',
    isTable: false,

    query() {
        return { timeframe: this.frame };
    },

    /** @param {import('../operations').Charts} data */
    shape(data) {
        const words = this.vm.words;
        const cell = (value) => (value === null ? '–' : words.number(value, 2));
        const rows = data.points.map((point) => ({
            time: point.time, when: words.moment(point.time), cells: COLUMNS.map((name) => cell(point[name])),
        })).reverse();
        return { ...data, rows, isBlank: Object.values(blanks(data.points)).every(Boolean) };
    },

    choose(frame) {
        this.frame = frame;
        return this.load();
    },

    /** @returns {void} */
    drawn() {
        if (this.data && this.isOpen()) {
            draw(this.$root, this.data.points, this.vm.words, { height: 220 });
        }
    },

    save() {
        const head = ['time', 'cpu_percent', 'memory_percent', 'disk_read_mb_s', 'disk_write_mb_s', 'net_in_mb_s', 'net_out_mb_s'];
        const lines = this.data.points.map((point) => [
            new Date(point.time * 1000).toISOString(), ...COLUMNS.map((name) => (point[name] === null ? '' : point[name])),
        ]);
        const text = [head, ...lines].map((line) => line.join(',')).join('\r\n') + '\r\n';
        const link = document.createElement('a');
        link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
        link.download = this.vm.view.name + '-' + this.data.timeframe + '.csv';
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    },
});

/* The last hour, small, beside the figures of the overview. */
export const sparks = page('overview', 'charts', {
    shape(data) {
        return { ...data, blank: blanks(data.points) };
    },

    drawn() {
        if (this.data && this.isOpen()) {
            draw(this.$root, this.data.points, this.vm.words, { height: 46, small: true });
        }
    },
});
