/* ISO images: one at a time in the drive. */

import { page } from '../kit/page.js';

export const iso = page('iso', 'isos', {
    /** @param {import('../operations').Isos} data */
    shape(data) {
        const groups = data.groups.map((group) => ({
            ...group,
            images: group.images.map((one) => ({ ...one, volume: this.vm.words.size(one.size) })),
        }));
        return { ...data, groups };
    },

    mount(one) {
        return this.perform({ op: 'iso_mount', image: one.id });
    },

    unmount() {
        return this.perform({ op: 'iso_unmount' });
    },
});
