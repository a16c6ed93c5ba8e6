/* Access: the password and the keys of the user, set while the machine starts; the password is shown once. */

import { page } from '../kit/page.js';

/** The keys of a field, as they would be stored: one a line, without what says nothing. */
function tidy(keys) {
    return keys.split('\n').map((line) => line.trim()).filter(Boolean).join('\n');
}

export const access = page('access', 'access', {
    password: '',
    keys: '',

    /** @param {import('../operations').Access} data */
    shape(data) {
        if (!this.data) {
            this.keys = data.ssh_keys;
        }
        return data;
    },

    hasNewKeys() {
        return tidy(this.keys) !== tidy(this.data.ssh_keys);
    },

    async reset() {
        const say = (key) => this.vm.words.say(key);
        const points = [say('new_password')];
        const runs = this.vm.view.status.key !== 'stopped';
        if (runs) {
            points.unshift(say('shuts_down'));
        }
        /** @type {import('../types').RequestOf<'reset_password'>} */
        const fields = { op: 'reset_password', shutdown: runs };
        if (this.hasNewKeys()) {
            fields.ssh_keys = this.keys;
            points.push(say('new_keys'));
        }
        const answer = await this.perform(fields, { title: say('ask_password'), points });
        if (answer && answer.ok) {
            this.password = (answer.data && answer.data.password) || '';
        }
    },
});
