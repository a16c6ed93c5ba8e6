/* Snapshots: taking, going back, removing, and the weekly schedule where the product has one. */

import { slots } from '../kit/slots.js';

export const snapshots = slots('snapshots', { op: 'snapshot_create', field: 'description' }, { op: 'snapshot_remove', field: 'name', key: 'name' }, {
    /** @param {import('../operations').Snapshot} one */
    row(one) {
        const { words } = this.vm;
        const left = one.expires ? words.say('expires', { time: words.length(one.expires - Date.now() / 1000) }) : '';
        return { label: one.description || one.name, left };
    },

    named(one) {
        return one.label;
    },

    back(one) {
        const say = (key, values) => this.vm.words.say(key, values);
        return this.perform({ op: 'snapshot_rollback', name: one.name }, {
            title: say('ask_back', { name: one.label }), points: [one.when, say('lose_since')],
        });
    },

    save() {
        return this.perform({ op: 'snapshot_schedule', days: this.days.join(','), time: this.time });
    },
});
