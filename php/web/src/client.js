/*
 * The client's page. Markup stands in the Smarty templates, whose `kvm-` attributes Alpine reads in its build that needs
 * no `unsafe-eval`; the prefix keeps it apart from an Alpine of the theme.
 */

import Alpine from '@alpinejs/csp';
import './client.css';
import { machine } from './machine.js';
import { access } from './tabs/access.js';
import { backups } from './tabs/backups.js';
import { charts, sparks } from './tabs/charts.js';
import { firewall } from './tabs/firewall.js';
import { iso } from './tabs/iso.js';
import { rdns, traffic } from './tabs/network.js';
import { reinstall } from './tabs/reinstall.js';
import { snapshots } from './tabs/snapshots.js';

const PARTS = { access, backups, charts, firewall, iso, rdns, reinstall, snapshots, sparks, traffic };

// WHMCS may put a page in place a second time and run its scripts again.
if (!window.puqKvmClient) {
    window.puqKvmClient = true;
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
