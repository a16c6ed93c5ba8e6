/* The firewall: what comes in and goes out by itself, and the rules before that, first match wins. */

import { page } from '../kit/page.js';

const SSH = 22;
/** What many want to let in, as rules. */
const PRESETS = {
    SSH: [['tcp', '22']],
    Web: [['tcp', '80'], ['tcp', '443']],
    Mail: [['tcp', '25'], ['tcp', '465'], ['tcp', '587'], ['tcp', '993']],
    DNS: [['udp', '53'], ['tcp', '53']],
    Ping: [['icmp', '']],
};
const EMPTY = {
    direction: 'in', verdict: 'ACCEPT', protocol: 'tcp', source: '', source_port: '', dest: '', dest_port: '', comment: '',
};

/** Whether a rule's ports hold a port; none means all. */
function holds(ports, port) {
    return !ports || String(ports).split(',').some((part) => {
        const [low, high] = part.split(':').map(Number);
        return port >= low && port <= (high || low);
    });
}

/**
 * Whether somebody reaches port 22 from outside. A rule for some addresses only counts if it lets them in.
 *
 * @param {Omit<import('../operations').FirewallRule, 'pos'>[]} rules In their order.
 * @param {string} policy Of incoming traffic.
 */
export function letsSshIn(rules, policy) {
    for (const rule of rules) {
        const isMeant = rule.enabled && rule.direction === 'in' && holds(rule.dest_port, SSH)
            && (!rule.protocol || rule.protocol === 'tcp') && (!rule.macro || rule.macro === 'SSH');
        if (isMeant && (rule.verdict === 'ACCEPT' || (!rule.source && !rule.source_port))) {
            return rule.verdict === 'ACCEPT';
        }
    }
    return policy === 'ACCEPT';
}

export const firewall = page('firewall', 'firewall', {
    policyIn: '',
    policyOut: '',
    wanted: { ...EMPTY },
    isAdding: false,
    dragged: null,
    presets: Object.keys(PRESETS),

    /** @param {import('../operations').Firewall} data */
    shape(data) {
        if (!this.data) {
            this.policyIn = data.policy_in;
            this.policyOut = data.policy_out;
        }
        return { ...data, last: data.rules.length - 1 };
    },

    locksOut() {
        return this.data.enabled && !letsSshIn(this.data.rules, this.data.policy_in);
    },

    /** A question where a change would lock out who is let in now; else none. */
    doubt(rules, policy) {
        const isNew = letsSshIn(this.data.rules, this.data.policy_in) && !letsSshIn(rules, policy);
        return isNew ? { text: this.vm.words.say('ask_lockout') } : '';
    },

    save() {
        const doubt = this.doubt(this.data.rules, this.policyIn);
        return this.perform({ op: 'firewall_policies', policy_in: this.policyIn, policy_out: this.policyOut }, doubt);
    },

    async add() {
        const rule = { ...this.wanted };
        const before = [{ ...rule, enabled: true, macro: '' }, ...this.data.rules];
        const answer = await this.perform({ op: 'firewall_rule_add', ...rule }, this.doubt(before, this.data.policy_in));
        if (answer && answer.ok) {
            this.wanted = { ...EMPTY };
            this.isAdding = false;
        }
    },

    async preset(name) {
        for (const [protocol, port] of PRESETS[name]) {
            const rule = { ...EMPTY, protocol, dest_port: port, comment: name };
            const answer = await this.perform({ op: 'firewall_rule_add', ...rule });
            if (!answer || !answer.ok) {
                return;
            }
        }
    },

    remove(rule) {
        const rest = this.data.rules.filter((one) => one.pos !== rule.pos);
        const words = this.vm.words;
        const doubt = this.doubt(rest, this.data.policy_in);
        return this.perform({ op: 'firewall_rule_remove', pos: rule.pos, digest: this.data.digest }, {
            title: words.say('ask_remove', { name: this.named(rule) }), points: doubt ? [doubt.text] : [],
        });
    },

    /** An address with its port; a dash for everything. */
    peer(address, port) {
        return [address || (port ? '*' : '–'), port].filter(Boolean).join(' : ');
    },

    named(rule) {
        return [rule.comment || rule.direction + ' ' + rule.verdict, rule.protocol, rule.dest_port].filter(Boolean).join(' ');
    },

    async move(rule, to) {
        if (to < 0 || to > this.data.last || to === rule.pos) {
            return null;
        }
        const way = to < rule.pos ? 'up' : 'down';
        const moved = this.data.rules.filter((one) => one.pos !== rule.pos);
        moved.splice(to, 0, rule);
        const doubt = this.doubt(moved, this.data.policy_in);
        const answer = await this.perform({ op: 'firewall_rule_move', pos: rule.pos, to, digest: this.data.digest }, doubt);
        // Who moves a rule by the keyboard moves on with it.
        this.$nextTick(() => this.follow(answer && answer.ok ? to : rule.pos, way));
        return answer;
    },

    follow(place, way) {
        const row = this.pane.querySelectorAll('[data-row=rule]')[place];
        /** @type {HTMLButtonElement[]} */
        const buttons = row ? [way, way === 'up' ? 'down' : 'up'].map((one) => row.querySelector(`[data-do=${one}]`)) : [];
        const button = buttons.find((one) => one && !one.disabled);
        if (button) {
            button.focus();
        }
    },

    drop(rule) {
        const from = this.dragged;
        this.dragged = null;
        return from ? this.move(from, rule.pos) : null;
    },
});
