/* Backups: making, restoring, removing, and the days on which they are made by themselves. */

import { slots } from '../kit/slots.js';

export const backups = slots('backups', { op: 'backup_now', field: 'note' }, { op: 'backup_remove', field: 'backup', key: 'id' }, {
    /** @param {import('../operations').Backup} one */
    row(one) {
        return { volume: this.vm.words.size(one.size) };
    },

    named(one) {
        return one.note || one.when;
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

    save() {
        return this.perform({ op: 'backup_schedule', days: this.days.join(',') });
    },
});
