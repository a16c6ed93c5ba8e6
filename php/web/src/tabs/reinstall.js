/* Installing anew: the system, the keys that let in, and what is lost. */

import { page } from '../kit/page.js';

/** Families of systems that have a colour of their own, by a word in their name. */
const FAMILIES = ['debian', 'ubuntu', 'windows', 'alma', 'rocky', 'centos', 'fedora', 'suse', 'arch', 'freebsd'];

export const reinstall = page('reinstall', 'reinstall_options', {
    template: '',
    keys: '',

    /** @param {import('../operations').ReinstallOptions} data */
    shape(data) {
        if (!this.data) {
            this.template = String(data.current || (data.choices[0] || {}).template || '');
            this.keys = data.ssh_keys;
        }
        const rows = data.choices.map((one) => {
            const label = one.name || this.vm.words.say('same_system');
            const family = FAMILIES.find((word) => label.toLowerCase().includes(word)) || 'other';
            return {
                template: String(one.template),
                label,
                family,
                // Two letters, so that what begins alike can be told apart.
                sign: [...label.trim()].slice(0, 2).join(''),
                isCurrent: one.template === data.current,
            };
        });
        return { ...data, rows, busy: data.why };
    },

    async install() {
        const say = (key, values) => this.vm.words.say(key, values);
        const chosen = this.data.rows.find((one) => one.template === this.template);
        const word = this.data.confirmation;
        const answer = await this.perform(
            { op: 'reinstall', confirm: word, template: this.template, ssh_keys: this.keys },
            {
                title: say('ask_reinstall', { system: chosen ? chosen.label : '' }),
                points: [say('lose_disks'), say('lose_snapshots'), say('keep_addresses'), say('new_password')],
                word,
                hint: say('type', { word }),
            },
        );
        if (answer && answer.ok) {
            this.vm.open('overview');
        }
    },
});
