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
        working: false,
        timer: null,
        shape: (data) => data,
        query: () => ({}),
        ...own,

        init() {
            this.$watch('vm.tab', () => this.shown());
            this.$watch('vm.turn', () => this.shown());
            this.shown();
        },

        isOpen() {
            return this.vm.tab === name && !document.hidden;
        },

        shown() {
            if (this.isOpen()) {
                this.load();
            }
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

        /** Asks back where there is a question, sends, and looks again. */
        async perform(fields, question) {
            if (this.working || (question && !(await this.vm.asks(question)))) {
                return null;
            }
            this.working = true;
            this.errors = {};
            const answer = await this.vm.act(fields);
            this.working = false;
            this.errors = answer.errors || {};
            await this.load();
            return answer;
        },
    };
    return () => ({ ...part });
}
