/*
 * One virtual machine as its page shows it: what was read last, how old that is, what goes on, and which part is open.
 */

import { call, Unanswered } from './kit/calls.js';
import { ask } from './kit/ask.js';
import { Words } from './kit/words.js';

/** Milliseconds for which it is looked at every second after a click. */
const QUICK = 60000;
/** A server that does not answer is asked less and less often, at last once in so many milliseconds. */
const SELDOM = 60000;
/** Looks in a row without an answer after which what is shown counts as old. */
const MISSES = 2;
/** Milliseconds for which the news of a click stays that went well. A refusal stays until the next click. */
const NEWS = 6000;

function parse(json) {
    try {
        return JSON.parse(json || '{}');
    } catch (fault) {
        return {};
    }
}

/**
 * What a reply wants to be read beside that it was sent: what is left to do, or what follows of it.
 *
 * @param {import('./types').Reply<import('./types').Op>|undefined} reply
 */
function news(reply) {
    const data = reply || {};
    return ('warning' in data && data.warning) || ('notice' in data && data.notice) || '';
}

/** @param {HTMLElement} root */
export function machine(root) {
    const texts = parse(root.dataset.texts);
    return {
        root,
        view: { recent: null, ...parse(root.dataset.view) },
        words: new Words(root.dataset.locale, texts),
        params: parse(root.dataset.params),
        endpoint: root.dataset.endpoint,
        tab: 'overview',
        /** Counts changes that other parts of the page want to know of. */
        turn: 0,
        news: '',
        isGoodNews: true,
        asOf: 0,
        misses: 0,
        /** Why nothing is read any more: signed_out or refused. */
        stop: '',
        sending: '',
        looking: false,
        /** Whether somebody wants a look while one runs: that one may have begun before what they did. */
        again: false,
        /** Clicks that are on their way, those that were answered, and how many of these the view knows of. */
        acting: 0,
        clicks: 0,
        known: 0,
        fastUntil: 0,
        timer: null,
        newsTimer: null,
        before: null,

        start() {
            this.asOf = this.view.asked === false ? 0 : Date.now();
            this.follow();
            window.addEventListener('hashchange', () => this.follow());
            // Themes choose their own panes by the address, some after everything is loaded.
            window.addEventListener('load', () => setTimeout(() => this.follow(), 0));
            document.addEventListener('visibilitychange', () => {
                if (!document.hidden) {
                    this.look();
                }
            });
            window.addEventListener('online', () => this.look());
            if (this.view.asked === false) {
                this.look();
            } else {
                this.wait();
            }
        },

        /** Opens the part that the address names. */
        follow() {
            const wanted = decodeURIComponent(window.location.hash.slice(1));
            /** @type {NodeListOf<HTMLElement>} */
            const links = this.root.querySelectorAll('[data-tab]');
            const link = [...links].find((one) => one.dataset.tab === wanted);
            this.tab = link ? wanted : 'overview';
            if (link) {
                this.bringForward();
            }
            // WHMCS's own menu: its items for the parts, and the one for the whole page.
            /** @type {NodeListOf<HTMLAnchorElement>} */
            const items = document.querySelectorAll('a[id*="Puq_Kvm"], a[menuitemname^="Puq Kvm"], a[id$="-Information"]');
            items.forEach((one) => {
                const isThis = one.hash === '#' + (this.tab === 'overview' ? 'tabOverview' : this.tab);
                one.classList.toggle('active', isThis);
            });
        },

        /** The theme shows one of several panes; ours is the one that was asked for. */
        bringForward() {
            const pane = this.root.closest('.tab-pane');
            if (pane && !pane.classList.contains('active')) {
                [...pane.parentElement.children].forEach((one) => one.classList.remove('active'));
                pane.classList.add('active', 'show', 'in');
                pane.classList.remove('fade');
            }
        },

        open(tab) {
            window.location.hash = tab;
        },

        isGone() {
            return !document.documentElement.contains(this.root);
        },

        isStale() {
            return this.misses >= MISSES || this.stop !== '';
        },

        /** Whether something goes on, so that it is worth looking often. */
        isBusy() {
            return Boolean(this.view.progress) || (this.view.requests || []).some((one) => !one.ended);
        },

        /** When what is shown was read. */
        asOfText() {
            return this.asOf ? this.words.say('as_of', { time: this.words.clock(this.asOf / 1000) }) : '';
        },

        lostText() {
            if (this.stop !== '') {
                return this.words.say(this.stop);
            }
            return this.words.say('lost', { time: this.asOf ? this.words.clock(this.asOf / 1000) : '–' });
        },

        reload() {
            window.location.reload();
        },

        wait() {
            clearTimeout(this.timer);
            if (this.isGone() || this.stop !== '' || !this.endpoint) {
                return;
            }
            const pause = Date.now() < this.fastUntil ? this.view.poll_fast : this.view.poll;
            const patient = (pause || 7000) * Math.pow(2, Math.min(this.misses, 5));
            this.timer = setTimeout(() => this.look(), Math.min(SELDOM, patient));
        },

        /**
         * @template {import('./types').Op} O
         * @param {import('./types').RequestOf<O>} fields
         * @returns {Promise<import('./types').Answered<O>>}
         */
        send(fields) {
            return call(this.endpoint, [this.params, fields]);
        },

        async look() {
            clearTimeout(this.timer);
            // A hidden page does not ask; it looks at once when it is shown again.
            if (this.isGone() || document.hidden || !this.endpoint) {
                return;
            }
            if (this.looking) {
                this.again = true;
                return;
            }
            this.looking = true;
            this.again = false;
            const clicks = this.clicks;
            try {
                const answer = await this.send({ op: 'status' });
                this.stop = '';
                this.misses = answer.view ? 0 : this.misses + 1;
                this.take(answer, clicks);
            } catch (fault) {
                this.explain(fault);
            }
            this.looking = false;
            if (this.again && this.stop === '') {
                this.look();
            } else {
                this.wait();
            }
        },

        /** Whether something was clicked of which the view does not know yet what came of it. */
        isSettling() {
            return this.acting > 0 || this.known < this.clicks;
        },

        /** @param {*} answer @param {number} clicks Clicks that were answered before it was asked for. */
        take(answer, clicks) {
            if (!answer.view) {
                return;
            }
            this.known = clicks;
            if (this.before && this.before !== answer.view.settled) {
                // What the click was for has happened; a few more quick looks, then the calm pace.
                this.fastUntil = Math.min(this.fastUntil, Date.now() + 5000);
                this.before = null;
            }
            const was = JSON.stringify([this.view.settled, this.view.requests]);
            this.view = { ...answer.view, recent: answer.view.recent || this.view.recent };
            this.asOf = Date.now();
            if (was !== JSON.stringify([answer.view.settled, answer.view.requests])) {
                this.turn += 1;
            }
        },

        /** Notes what went wrong on the way. @returns {string} in words */
        explain(fault) {
            const kind = fault instanceof Unanswered ? fault.kind : 'failed';
            if (kind === 'signed_out' || kind === 'refused') {
                this.stop = kind;
            } else if (kind !== 'failed') {
                this.misses += 1;
            }
            return this.words.say(kind === 'lost' ? 'failed' : kind);
        },

        tell(words, isGood) {
            clearTimeout(this.newsTimer);
            this.news = words;
            this.isGoodNews = isGood;
            if (isGood) {
                this.newsTimer = setTimeout(() => {
                    this.news = '';
                }, NEWS);
            }
        },

        /** @param {import('./types').Question|string} question */
        asks(question) {
            const words = typeof question === 'string' ? { text: question } : question;
            return ask(this.root, { yes: this.words.say('yes'), no: this.words.say('no'), ...words });
        },

        /**
         * Sends a click and tells what came of it.
         *
         * @template {import('./types').Op} O
         * @param {import('./types').RequestOf<O>} fields
         * @returns {Promise<import('./types').Answered<O>>}
         */
        async act(fields) {
            this.before = this.view.settled;
            this.acting += 1;
            let answer;
            try {
                answer = await this.send(fields);
                const said = news(answer.data) || this.words.say('sent');
                this.tell(answer.ok ? said : answer.error || this.words.say('failed'), answer.ok);
            } catch (fault) {
                answer = { ok: false };
                this.tell(this.explain(fault), false);
            }
            this.acting -= 1;
            this.clicks += 1;
            this.take(answer, this.clicks);
            this.fastUntil = answer.ok ? Date.now() + QUICK : 0;
            this.look();
            return answer;
        },

        /** A button that switches the machine. */
        async press(op, question) {
            if (this.sending !== '' || (question && !(await this.asks(question)))) {
                return;
            }
            this.sending = op;
            await this.act({ op });
            this.sending = '';
        },

        isOff(op) {
            const action = (this.view.actions || {})[op];
            return this.sending !== '' || this.isSettling() || this.stop !== '' || !action || action.refused;
        },

        offers(op) {
            return Boolean((this.view.actions || {})[op]);
        },

        pill() {
            return 'is-' + (this.isStale() ? 'stale' : this.view.status.key);
        },

        /** How the machine is reached by SSH; empty where that is not known. */
        ssh() {
            const first = (this.view.addresses || []).find((one) => one.primary);
            return first && this.view.username ? 'ssh ' + this.view.username + '@' + first.address : '';
        },

        /** What a request was about, as people call it: the day of a backup, the file of an image. */
        subject(request) {
            const text = request.subject || '';
            const parts = text.match(/(\d{4})[-_](\d\d)[-_](\d\d)[T-](\d\d)[:_](\d\d)[:_](\d\d)/);
            const volume = /^[^ ]+:[^ ]+\/([^/ ]+)$/.exec(text);
            if (!volume) {
                return text;
            }
            // The file name of a dump has the hour of its node; the name in a backup server that of UTC.
            return parts && text.endsWith('Z') ? this.words.moment(Date.parse(parts[0] + 'Z') / 1000) : volume[1];
        },

        copyLabel(text) {
            return this.words.say('copy') + ' ' + text;
        },

        /** Why buttons do not work now: each reason once. */
        reasons() {
            const all = Object.values(this.view.actions || {}).map((action) => action.why);
            return [...new Set(all.concat(this.settlingText()).filter((why) => why))];
        },

        /** Why nothing can be clicked in the moment after a click; empty where it can. */
        settlingText() {
            return this.isSettling() ? this.words.say(this.acting > 0 ? 'sent' : 'checking') : '';
        },

        /** Why nothing can be done with the machine at present; empty where something can. */
        closed() {
            const all = Object.values(this.view.actions || {}).map((action) => action.why);
            return all.length > 0 && all.every((why) => why && why === all[0]) ? all[0] : '';
        },

        /** What goes on or failed: it is seen whatever part is open. */
        pressing() {
            return (this.view.requests || []).filter((one) => one.level !== 'success');
        },

        /** How far what goes on is, for how long it has run, and how long such a thing usually takes. */
        pace() {
            const { exact, percent, elapsed, usual } = this.view.progress || {};
            const span = (seconds) => this.words.span(seconds);
            return [
                exact ? this.words.number(percent, 0) + ' %' : '',
                typeof elapsed === 'number' ? this.words.say('elapsed', { time: span(elapsed) }) : '',
                typeof usual === 'number' ? this.words.say('usual', { time: span(Math.max(1, usual)) }) : '',
            ].filter(Boolean).join(' · ');
        },

        async dismiss(id) {
            await this.act({ op: 'request_seen', id });
        },

        async copy(event, text) {
            const button = event.currentTarget;
            try {
                await navigator.clipboard.writeText(text);
            } catch (fault) {
                // Without HTTPS browsers offer only the old way.
                const box = document.createElement('textarea');
                box.value = text;
                document.body.append(box);
                box.select();
                document.execCommand('copy');
                box.remove();
                button.focus();
            }
            button.dataset.label = button.dataset.label || button.textContent;
            button.textContent = this.words.say('copied');
            clearTimeout(button.labelTimer);
            button.labelTimer = setTimeout(() => {
                button.textContent = button.dataset.label;
            }, 1500);
        },
    };
}
