/*
 * The staff's page of a service: the client's parts, the staff's own buttons, and a question before those commands of
 * WHMCS's page that interrupt or destroy something.
 */

import './client.css';
import './staff.css';
import { start } from './kit/start.js';
import { machine } from './machine.js';

/** Commands of WHMCS's page that are asked about, by the function in them: the key of the question, and what is sent. */
const COMMANDS = {
    adminStop: { question: 'stop' },
    adminReinstall: { question: 'redeploy' },
    adminRedeploy: { question: 'redeploy', lost: { op: 'redeploy' } },
    vmRemove: { question: 'vm_remove', lost: { op: 'step', step: 'vm_remove' } },
};

/** @type {ReturnType<typeof staff>|null} The page that is shown now. */
let shown = null;

/** @param {HTMLElement} root */
function staff(root) {
    const own = {
        ...machine(root),

        /** A question; what is destroyed for good wants the VM's name typed. */
        doubt(text, name) {
            return name
                ? { text, word: name, anyCase: true, hint: this.words.say('type_name', { name }) }
                : { text };
        },

        /** One of the staff's buttons, as the view describes it. */
        async order(button) {
            if (this.sending !== '' || (button.confirm && !(await this.asks(this.doubt(button.confirm, button.name))))) {
                return;
            }
            await this.deliver(button.name ? { op: button.op, confirm: button.name } : { op: button.op });
        },

        async deliver(fields) {
            this.sending = fields.op;
            await this.act(fields);
            this.sending = '';
        },

        /** A command of WHMCS's own page, which asks nothing by itself. */
        async command(button, { question, lost }) {
            const name = lost ? this.view.type_name : '';
            if (!(await this.asks(this.doubt(this.words.say(question), name)))) {
                return;
            }
            if (lost) {
                // WHMCS's own buttons cannot send the name along.
                await this.deliver({ ...lost, confirm: name });
            } else {
                button.dataset.kvmAsked = '1';
                button.click();
            }
        },
    };
    return own;
}

function guard(event) {
    const button = event.target.closest && event.target.closest('button, a, input');
    if (!button || !shown || shown.isGone() || shown.root.contains(button)) {
        return;
    }
    const call = [button.getAttribute('onclick'), button.getAttribute('href'), button.value].join(' ');
    const found = Object.keys(COMMANDS).find((name) => call.includes(name));
    if (!found) {
        return;
    }
    if (button.dataset.kvmAsked) {
        delete button.dataset.kvmAsked;
        return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    shown.command(button, COMMANDS[found]);
}

if (!window.puqKvmStarted) {
    document.addEventListener('click', guard, true);
}
start((root) => {
    const made = staff(root);
    return {
        ...made,
        start() {
            // What Alpine made of it is what is seen.
            shown = /** @type {*} */ (this);
            made.start.call(this);
        },
    };
});
