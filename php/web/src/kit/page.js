/*
 * What the pages beside the overview have in common: each lists what is there with one operation, looks again while
 * something runs, and carries clicks out one at a time.
 */

/** Milliseconds between two looks: while something runs, and else. */
const WATCHING = 3000;
const CALM = 30000;

/**
 * A component for one page.
 *
 * @template {import('../types').Op} O
 * @template Own
 * @param {string} name Of the page, as in its deep link.
 * @param {O} op What lists it.
 * @param {Own & import('../types').Hooks<O> & ThisType<Own & import('../types').Component<import('../types').Shaped<O, Own>>>} own
 *     Fields and methods of this page.
 * @returns {() => object}
 */
export function page(name, op, own) {
    /** @type {ThisType<import('../types').Component<*> & import('../types').Hooks<O>>} */
    const part = {
        data: null,
        error: '',
        errors: {},
        loading: false,
        isLate: false,
        /** Whether something changed since the page was read. */
        isOld: false,
        working: false,
        timer: null,
        /** @type {HTMLElement|null} Where it stands; an element that was clicked may be gone when it is asked for. */
        pane: null,
        shape: (data) => data,
        query: () => ({}),
        ...own,

        init() {
            this.pane = this.$root.closest('[data-pane]') || this.$root;
            this.$watch('vm.tab', () => this.shown());
            this.$watch('vm.turn', () => {
                this.isOld = true;
                this.shown();
            });
            this.shown();
        },

        isOpen() {
            return this.vm.tab === name && !document.hidden && !this.vm.isGone();
        },

        shown() {
            if (this.isOpen()) {
                this.load();
            }
        },

        /** Why nothing can be done here at present; empty where it can. */
        why() {
            const settling = this.isOld ? this.vm.words.say('checking') : '';
            return (this.data && this.data.busy) || this.vm.settlingText() || settling;
        },

        /** Whether the buttons of the page wait for something. */
        held() {
            return this.working || this.vm.isSettling() || this.why() !== '';
        },

        async load() {
            clearTimeout(this.timer);
            if (this.loading) {
                // What is being read may be older than what was just done or chosen.
                this.isLate = true;
                return;
            }
            this.loading = true;
            this.isLate = false;
            try {
                const answer = await this.vm.send({ op, ...this.query() });
                this.error = answer.ok ? '' : answer.error;
                if (answer.ok && !this.isLate) {
                    this.data = this.shape(answer.data);
                    this.isOld = false;
                }
            } catch (fault) {
                this.error = this.vm.explain(fault);
            }
            this.loading = false;
            if (this.isLate) {
                await this.load();
                return;
            }
            this.$nextTick(() => this.drawn());
            this.timer = setTimeout(() => this.shown(), this.vm.isBusy() || (this.data && this.data.busy) ? WATCHING : CALM);
        },

        /** What a page does after it was drawn. */
        drawn: own.drawn || (() => {}),

        /** A button that was disabled or is gone has lost the focus: the keyboard goes on from where it was. */
        refocus(at) {
            if (document.activeElement !== document.body || !this.isOpen()) {
                return;
            }
            const isThere = this.pane.contains(at) && !at.matches(':disabled');
            if (!isThere) {
                this.pane.tabIndex = -1;
            }
            (isThere ? at : this.pane).focus({ preventScroll: true });
        },

        /** Asks back where there is a question, sends, and looks again. */
        async perform(fields, question) {
            if (this.working || (question && !(await this.vm.asks(question)))) {
                return null;
            }
            const at = /** @type {HTMLElement} */ (document.activeElement);
            this.working = true;
            this.errors = {};
            const answer = await this.vm.act(fields);
            this.working = false;
            this.errors = answer.errors || {};
            this.isOld = true;
            await this.load();
            this.$nextTick(() => this.refocus(at));
            return answer;
        },
    };
    return () => ({ ...part });
}
