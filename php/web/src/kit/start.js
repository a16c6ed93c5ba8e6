/*
 * What both pages of a service have in common: the components of their parts, and Alpine in its build that needs no
 * `unsafe-eval`. The prefix of its attributes keeps it apart from an Alpine of the theme.
 */

import Alpine from '@alpinejs/csp';
import { access } from '../tabs/access.js';
import { backups } from '../tabs/backups.js';
import { charts, sparks } from '../tabs/charts.js';
import { firewall } from '../tabs/firewall.js';
import { iso } from '../tabs/iso.js';
import { rdns, traffic } from '../tabs/network.js';
import { reinstall } from '../tabs/reinstall.js';
import { snapshots } from '../tabs/snapshots.js';

const PARTS = { access, backups, charts, firewall, iso, rdns, reinstall, snapshots, sparks, traffic };

/**
 * Starts the page, once: WHMCS may put a page in place a second time and run its scripts again.
 *
 * @param {(root: HTMLElement) => {start(): void}} machine Makes the machine of a page from its root.
 */
export function start(machine) {
    if (window.puqKvmStarted) {
        return;
    }
    window.puqKvmStarted = true;
    Alpine.prefix('kvm-');
    // Percent of what is around it. A style in an attribute would be against a strict policy.
    Alpine.directive('width', (element, { expression }, { effect, evaluateLater }) => {
        const read = evaluateLater(expression);
        effect(() => read((percent) => {
            element.style.width = (Number(percent) || 0) + '%';
        }));
    });
    Alpine.data('machine', () => ({
        vm: null,
        init() {
            this.vm = machine(this.$el);
            this.vm.start();
        },
    }));
    Object.keys(PARTS).forEach((name) => Alpine.data(name, PARTS[name]));
    Alpine.start();
}
