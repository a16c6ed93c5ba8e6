/* Access: the password of the user, set while the machine starts, and shown once. */

/** @returns {{password: string, working: boolean} & ThisType<{password: string, working: boolean} & import('../types').Component<null>>} */
export const access = () => ({
    password: '',
    working: false,

    async reset() {
        const say = (key) => this.vm.words.say(key);
        const runs = this.vm.view.status.key !== 'stopped';
        const question = { title: say('ask_password'), points: runs ? [say('shuts_down'), say('new_password')] : [say('new_password')] };
        if (this.working || !(await this.vm.asks(question))) {
            return;
        }
        this.working = true;
        const answer = await this.vm.act({ op: 'reset_password', shutdown: runs });
        this.working = false;
        this.password = (answer.data && answer.data.password) || '';
    },
});
