/* Backups: making, restoring, removing, and the days on which they are made by themselves. */

import { page } from '../kit/page.js';
import { week, picked } from '../kit/week.js';

export const backups = page('backups', 'backups', {
    note: '',
    days: [],
    week: [],

    /** @param {import('../operations').Backups} data */
    shape(data) {
        const words = this.vm.words;
        if (!this.data) {
            this.week = week(words);
            this.days = picked(data.schedule);
        }
        const rows = data.backups.map((one) => ({
            ...one, when: words.moment(one.time), volume: words.size(one.size),
        }));
        return { ...data, rows, next: data.next ? words.say('next', { time: words.moment(data.next) }) : '' };
    },

    isFull() {
        return this.data.used >= this.data.limit;
    },

    async make() {
        const answer = await this.perform({ op: 'backup_now', note: this.note });
        if (answer && answer.ok) {
            this.note = '';
        }
    },

    restore(one) {
        const say = (key, values) => this.vm.words.say(key, values);
        return this.perform({ op: 'backup_restore', backup: one.id }, {
            title: say('ask_restore', { time: one.when }),
            points: [say('lose_restore'), say('lose_snapshots')],
            word: 'RESTORE',
            hint: say('type', { word: 'RESTORE' }),
        });
    },

    remove(one) {
        const say = (key, values) => this.vm.words.say(key, values);
        return this.perform({ op: 'backup_remove', backup: one.id }, {
            title: say('ask_remove', { name: one.note || one.when }), points: [one.when, say('no_return')],
        });
    },

    save() {
        return this.perform({ op: 'backup_schedule', days: this.days.join(',') });
    },
});
