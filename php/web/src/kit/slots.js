/*
 * Copies of the machine that take up slots: how many there are, making one with a text of its owner, removing one, and the
 * week in which they are made by themselves.
 */

import { page } from './page.js';
import { picked, week } from './week.js';

/**
 * @template {'backups'|'snapshots'} O
 * @template {import('../types').Op} Make
 * @template {import('../types').Op} Remove
 * @template Own
 * @param {O} name Of the part, which is also the operation that lists it and the list's name in the answer.
 * @param {{op: Make, field: keyof import('../operations').ClientOperations[Make]['request']}} make What makes one, and the
 *     field that its text has.
 * @param {{op: Remove, field: keyof import('../operations').ClientOperations[Remove]['request'], key: string}} remove What
 *     removes one, its field, and what names a row.
 * @param {Own & ThisType<Own & import('../types').Slots & import('../types').Component<import('../types').Reply<O>>>} own
 *     `row` makes what is drawn out of one; `named` is what it is called in a question.
 */
export function slots(name, make, remove, own) {
    /** @type {ThisType<import('../types').Slots & import('../types').Component<*>>} */
    const part = {
        text: '',
        days: [],
        time: '',
        week: [],

        /** @param {*} data Of one of the two lists. */
        shape(data) {
            const words = this.vm.words;
            if (!this.data) {
                this.week = week(words);
                this.days = picked(data.schedule);
                this.time = (data.schedule && data.schedule.time) || '';
            }
            const rows = data[name].map((one) => ({ ...one, when: words.moment(one.time), ...this.row(one) }));
            return { ...data, rows, next: data.next ? words.say('next', { time: words.moment(data.next) }) : '' };
        },

        isFull() {
            return this.data.used >= this.data.limit;
        },

        async make() {
            const answer = await this.perform(/** @type {*} */ ({ op: make.op, [make.field]: this.text }));
            if (answer && answer.ok) {
                this.text = '';
            }
        },

        remove(one) {
            const say = (key, values) => this.vm.words.say(key, values);
            return this.perform(/** @type {*} */ ({ op: remove.op, [remove.field]: one[remove.key] }), {
                title: say('ask_remove', { name: this.named(one) }), points: [one.when, say('no_return')],
            });
        },

    };
    return page(name, name, { ...part, ...own });
}
