/* The network: the reverse names of the addresses, and what went through this month. */

import { page } from '../kit/page.js';

export const rdns = page('network', 'rdns', {
    names: {},

    /** @param {import('../operations').ReverseNames} data */
    shape(data) {
        data.addresses.forEach((one) => {
            // What is being typed stays.
            if (!(one.address in this.names)) {
                this.names[one.address] = one.name;
            }
        });
        return data;
    },

    hasTicket() {
        return this.data.addresses.some((one) => one.way === 'ticket' || one.way === 'kept');
    },

    /** What stands in the form and is not saved yet. */
    changed() {
        return this.data.addresses.filter((one) => one.way !== 'none' && this.names[one.address] !== one.name);
    },

    async save() {
        /** @type {Record<string, string>} */
        const names = {};
        this.changed().forEach((one) => {
            names[one.address] = this.names[one.address];
        });
        const answer = await this.perform({ op: 'rdns_save', names });
        if (answer && answer.ok) {
            this.names = {};
            await this.load();
        }
    },
});

export const traffic = page('network', 'traffic', {
    /** @param {import('../operations').TrafficLedger} data */
    shape(data) {
        const { words } = this.vm;
        /** @param {{received: number, sent: number}} one */
        const amounts = (one) => ({ in: words.size(one.received), out: words.size(one.sent) });
        // A day is one of the installation's zone, where the month begins, too.
        const day = { year: 'numeric', month: 'short', day: 'numeric', timeZone: data.zone };
        const rows = data.days.map((one) => ({ ...one, ...amounts(one), when: words.format(one.day, day) })).reverse();
        const share = data.limit ? Math.min(100, ((data.received + data.sent) * 100) / data.limit) : 0;
        const level = share >= 90 ? 'high' : share >= 70 ? 'middle' : 'low';
        return { ...data, ...amounts(data), rows, share, level, allowed: words.size(data.limit) };
    },
});
