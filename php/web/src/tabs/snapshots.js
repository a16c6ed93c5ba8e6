/* Snapshots: taking, going back, removing, and the weekly schedule where the product has one. */

import { page } from '../kit/page.js';
import { week, picked } from '../kit/week.js';

export const snapshots = page('snapshots', 'snapshots', {
    description: '',
    days: [],
    time: '',
    week: [],

    /** @param {import('../operations').Snapshots} data */
    shape(data) {
        const words = this.vm.words;
        if (!this.data) {
            this.week = week(words);
            this.days = picked(data.schedule);
            this.time = data.schedule ? data.schedule.time : '';
        }
        const now = Date.now() / 1000;
        const rows = data.snapshots.map((one) => ({
            ...one,
            label: one.description || one.name,
            when: words.moment(one.time),
            left: one.expires ? words.say('expires', { time: words.length(one.expires - now) }) : '',
        }));
        return { ...data, rows, next: data.next ? words.say('next', { time: words.moment(data.next) }) : '' };
    },

    isFull() {
        return this.data.used >= this.data.limit;
    },

    async take() {
        const answer = await this.perform({ op: 'snapshot_create', description: this.description });
        if (answer && answer.ok) {
            this.description = '';
        }
    },

    back(one) {
        const say = (key, values) => this.vm.words.say(key, values);
        return this.perform({ op: 'snapshot_rollback', name: one.name }, {
            title: say('ask_back', { name: one.label }), points: [one.when, say('lose_since')],
        });
    },

    remove(one) {
        const say = (key, values) => this.vm.words.say(key, values);
        return this.perform({ op: 'snapshot_remove', name: one.name }, {
            title: say('ask_remove', { name: one.label }), points: [one.when, say('no_return')],
        });
    },

    save() {
        return this.perform({ op: 'snapshot_schedule', days: this.days.join(','), time: this.time });
    },
});
