/*
 * Draws one virtual machine from the data the server prepared, looks again by POST, and sends the clicks.
 * Everything shown is set as text, never as markup. No library is needed.
 *
 * data-bind="path"        text            data-bind-class="path"  class "is-<value>"
 * data-bind-width="path"  width in %      data-bind-now="path"    aria-valuenow
 * data-if="path"          hidden if empty data-off / data-why     disabled, and the reason as its title
 * <template data-each="path">             one copy for each entry of a list
 */
(function () {
    'use strict';

    /* WHMCS replaces the content of a page in place and runs its scripts again: then only what is new has to start. */
    if (window.puqKvmStart) {
        window.puqKvmStart();
        return;
    }

    function pick(scope, path) {
        return path.split('.').reduce(function (value, key) {
            return value === null || value === undefined ? undefined : value[key];
        }, scope);
    }

    function text(value) {
        return value === null || value === undefined ? '' : String(value);
    }

    function each(root, selector, act) {
        var list = root.querySelectorAll(selector);
        if (root.matches && root.matches(selector)) {
            act(root);
        }
        Array.prototype.forEach.call(list, act);
    }

    function parse(json) {
        try {
            return JSON.parse(json || '{}');
        } catch (error) {
            return {};
        }
    }

    /* Elements inside a drawn list belong to their entry, not to the page. */
    function own(element, root) {
        var item = element.parentNode && element.closest('[data-item]');
        return !item || item === root || !root.contains(item);
    }

    function bind(root, scope) {
        each(root, '[data-bind]', function (element) {
            if (own(element, root)) {
                var value = text(pick(scope, element.getAttribute('data-bind')));
                if (element.textContent !== value) {
                    element.textContent = value;
                }
            }
        });
        each(root, '[data-bind-class]', function (element) {
            if (own(element, root)) {
                var kept = element.className.split(/\s+/).filter(function (name) {
                    return name.indexOf('is-') !== 0;
                });
                var name = text(pick(scope, element.getAttribute('data-bind-class')));
                element.className = kept.concat(name ? ['is-' + name] : []).join(' ');
            }
        });
        each(root, '[data-bind-width]', function (element) {
            if (own(element, root)) {
                element.style.width = (Number(pick(scope, element.getAttribute('data-bind-width'))) || 0) + '%';
            }
        });
        each(root, '[data-bind-now]', function (element) {
            if (own(element, root)) {
                element.setAttribute('aria-valuenow', text(pick(scope, element.getAttribute('data-bind-now'))));
            }
        });
        each(root, '[data-off]', function (element) {
            if (own(element, root)) {
                element.disabled = Boolean(pick(scope, element.getAttribute('data-off')));
                element.title = text(pick(scope, element.getAttribute('data-why') || ''));
            }
        });
        each(root, '[data-if]', function (element) {
            if (own(element, root)) {
                element.hidden = !pick(scope, element.getAttribute('data-if'));
            }
        });
        each(root, 'template[data-each]', function (template) {
            if (own(template, root)) {
                list(template, pick(scope, template.getAttribute('data-each')) || []);
            }
        });
    }

    /* Drawn anew only when it changed, so that an open row stays open and a focused button keeps its focus. */
    function list(template, items) {
        var drawn = JSON.stringify(items);
        if (template.drawn === drawn) {
            return;
        }
        template.drawn = drawn;
        var box = template.parentNode;
        var open = {};
        each(box, 'details[open]', function (element) {
            open[element.getAttribute('data-key')] = true;
        });
        Array.prototype.slice.call(box.children).forEach(function (child) {
            if (child.itemOf === template) {
                box.removeChild(child);
            }
        });
        items.forEach(function (item) {
            var copy = template.content.firstElementChild.cloneNode(true);
            copy.itemOf = template;
            copy.setAttribute('data-item', '');
            copy.item = item;
            box.insertBefore(copy, template);
            if (copy.tagName === 'DETAILS') {
                copy.setAttribute('data-key', text(item.key));
                copy.open = Boolean(open[text(item.key)]);
            }
            bind(copy, item);
        });
    }

    /* `name`: what must be typed before the answer counts, where something is lost for good. The promise holds it, or
       true, or false for no. */
    function ask(question, texts, name) {
        if (!name && typeof HTMLDialogElement === 'undefined' || !HTMLDialogElement.prototype.showModal) {
            return Promise.resolve(window.confirm(question));
        }
        return new Promise(function (resolve) {
            var dialog = document.createElement('dialog');
            var words = document.createElement('p');
            var row = document.createElement('div');
            var typed = document.createElement('input');
            dialog.className = 'puq-kvm-ask';
            words.id = 'puq-kvm-ask-words';
            dialog.setAttribute('aria-labelledby', words.id);
            words.textContent = question;
            row.className = 'puq-kvm-ask-row';
            [[texts.no, 'btn btn-default btn-light', 'no'], [texts.yes, 'btn btn-danger', 'yes']].forEach(function (one) {
                var button = document.createElement('button');
                button.type = 'button';
                button.className = one[1];
                button.textContent = one[0] || one[2];
                button.addEventListener('click', function () {
                    dialog.close(one[2]);
                });
                row.appendChild(button);
            });
            dialog.appendChild(words);
            if (name) {
                var label = document.createElement('label');
                label.textContent = text(texts.type_name).replace(':name', name);
                label.className = 'kvm-type';
                typed.className = 'form-control';
                typed.dir = 'ltr';
                typed.autocomplete = 'off';
                typed.spellcheck = false;
                label.appendChild(typed);
                dialog.appendChild(label);
                row.lastChild.disabled = true;
                typed.addEventListener('input', function () {
                    row.lastChild.disabled = typed.value.trim().toLowerCase() !== name.toLowerCase();
                });
            }
            dialog.appendChild(row);
            dialog.addEventListener('close', function () {
                document.body.removeChild(dialog);
                resolve(dialog.returnValue === 'yes' && (name ? typed.value : true));
            });
            document.body.appendChild(dialog);
            dialog.showModal();
        });
    }

    function Machine(root) {
        this.root = root;
        this.view = parse(root.getAttribute('data-view'));
        this.texts = parse(root.getAttribute('data-texts'));
        this.params = parse(root.getAttribute('data-params'));
        this.endpoint = root.getAttribute('data-endpoint');
        this.fastUntil = 0;
        this.misses = 0;
        this.timer = null;
        this.busy = false;
        this.refused = false;
    }

    Machine.prototype.start = function () {
        var self = this;
        this.draw();
        this.root.addEventListener('click', function (event) {
            var button = event.target.closest('[data-op], [data-copy]');
            if (button && self.root.contains(button)) {
                self.click(button);
            }
        });
        this.shown = function () {
            if (!document.hidden) {
                self.look();
            }
        };
        document.addEventListener('visibilitychange', this.shown);
        /* The page was drawn from the database: the first look is what is live. */
        if (this.view.asked === false) {
            this.look();
        } else {
            this.wait();
        }
    };

    /* What was replaced asks no more. */
    Machine.prototype.isGone = function () {
        if (document.documentElement.contains(this.root)) {
            return false;
        }
        clearTimeout(this.timer);
        document.removeEventListener('visibilitychange', this.shown);
        return true;
    };

    /* The stock command buttons of the admin's page ask nothing; those that interrupt or destroy do it here. */
    function guard() {
        document.addEventListener('click', function (event) {
            var root = document.querySelector('[data-guard-commands]');
            var button = root && event.target.closest && event.target.closest('button, a, input');
            var texts = root ? parse(root.getAttribute('data-texts')) : {};
            var call = button ? text(button.getAttribute('onclick')) + text(button.getAttribute('href'))
                + text(button.value) : '';
            var question = call.indexOf('adminStop') >= 0 ? texts.stop : '';
            var lost = /adminRedeploy/.test(call) ? { op: 'redeploy' }
                : (call.indexOf('vmRemove') >= 0 ? { op: 'step', step: 'vm_remove' } : null);
            var machine = root && root.machine;
            if (/adminReinstall/.test(call)) {
                question = texts.redeploy;
            }
            if (lost && machine) {
                /* WHMCS's own buttons cannot ask for a name: the panel does, and asks for the same itself. */
                event.preventDefault();
                event.stopImmediatePropagation();
                ask(lost.step ? texts.vm_remove : texts.redeploy, texts, text(machine.view.type_name)).then(function (name) {
                    if (name) {
                        lost.confirm = name === true ? '' : name;
                        machine.act(button, lost);
                    }
                });
            } else if (question && !window.confirm(question)) {
                event.preventDefault();
                event.stopImmediatePropagation();
            }
        }, true);
    }

    Machine.prototype.draw = function () {
        bind(this.root, this.view);
    };

    Machine.prototype.wait = function () {
        var self = this;
        var fast = Date.now() < this.fastUntil;
        var pause = (fast ? this.view.poll_fast : this.view.poll) || 7000;
        /* A server that does not answer is asked less and less often. */
        pause = Math.min(60000, pause * Math.pow(2, Math.min(this.misses, 5)));
        clearTimeout(this.timer);
        if (this.isGone() || !this.endpoint) {
            return;
        }
        this.timer = setTimeout(function () {
            self.look();
        }, pause);
    };

    Machine.prototype.send = function (fields) {
        var self = this;
        var body = new URLSearchParams();
        [this.params, fields].forEach(function (part) {
            Object.keys(part).forEach(function (key) {
                body.append(key, part[key]);
            });
        });
        return fetch(this.endpoint, {
            method: 'POST',
            credentials: 'same-origin',
            headers: { 'Accept': 'application/json', 'X-Requested-With': 'XMLHttpRequest' },
            body: body
        }).then(function (response) {
            return response.text();
        }).then(function (body) {
            try {
                return JSON.parse(body);
            } catch (error) {
                /* A page instead of an answer: WHMCS refused, for want of a right or of a sign-in. */
                return { ok: false, error: self.texts.refused, page: true };
            }
        });
    };

    Machine.prototype.look = function () {
        var self = this;
        clearTimeout(this.timer);
        /* A hidden tab does not ask; it looks at once when it is shown again. */
        if (this.isGone() || document.hidden || this.busy || !this.endpoint) {
            return;
        }
        this.busy = true;
        this.send({ op: 'status' }).then(function (answer) {
            self.misses = answer.view ? 0 : self.misses + 1;
            self.take(answer);
            if (answer.page) {
                self.refused = true;
                self.notice(answer.error, false);
            } else if (self.refused) {
                self.refused = false;
                self.notice('', true);
            }
        }).catch(function () {
            self.misses += 1;
        }).then(function () {
            self.busy = false;
            self.wait();
        });
    };

    Machine.prototype.take = function (answer) {
        if (!answer.view) {
            return;
        }
        if (this.before && this.before !== answer.view.settled) {
            /* What the click was for has happened; a few more quick looks, then the calm pace. */
            this.fastUntil = Math.min(this.fastUntil, Date.now() + 5000);
            this.before = null;
        }
        this.view = answer.view;
        this.draw();
    };

    Machine.prototype.click = function (button) {
        var self = this;
        if (button.hasAttribute('data-copy')) {
            this.copy(button);
            return;
        }
        var item = button.closest('[data-item]');
        var entry = item ? item.item : {};
        var op = button.getAttribute('data-op') || entry.op;
        var question = button.getAttribute('data-confirm') || entry.confirm || '';
        var fields = {};
        Object.keys(entry.args || {}).forEach(function (key) {
            fields[key] = entry.args[key];
        });
        if (button.hasAttribute('data-with')) {
            var source = this.root.querySelector(button.getAttribute('data-with'));
            fields[source.name] = source.value;
        }
        fields.op = op;
        (question ? ask(question, this.texts, entry.name) : Promise.resolve(true)).then(function (yes) {
            if (yes) {
                if (entry.name) {
                    fields.confirm = yes;
                }
                self.act(button, fields);
            }
        });
    };

    Machine.prototype.act = function (button, fields) {
        var self = this;
        button.disabled = true;
        button.classList.add('kvm-busy');
        this.before = this.view.settled;
        this.send(fields).then(function (answer) {
            self.notice(answer.ok ? self.texts.sent : (answer.error || self.texts.failed), answer.ok);
            self.take(answer);
            self.fastUntil = answer.ok ? Date.now() + 60000 : 0;
        }).catch(function () {
            self.notice(self.texts.failed, false);
        }).then(function () {
            button.classList.remove('kvm-busy');
            button.disabled = false;
            self.draw();
            self.look();
        });
    };

    Machine.prototype.notice = function (words, good) {
        var box = this.root.querySelector('[data-notice]');
        clearTimeout(this.noticeTimer);
        if (!box) {
            return;
        }
        box.textContent = words;
        box.className = 'kvm-notice ' + (good ? 'is-good' : 'is-bad');
        box.hidden = !words;
        /* A refusal stays until the next click, so that it can be read. */
        if (good) {
            this.noticeTimer = setTimeout(function () {
                box.hidden = true;
            }, 6000);
        }
    };

    Machine.prototype.copy = function (button) {
        var item = button.closest('[data-item]');
        var value = text(pick(item ? item.item : this.view, button.getAttribute('data-copy')));
        var label = button.textContent;
        var texts = this.texts;
        var done = function () {
            button.textContent = texts.copied;
            setTimeout(function () {
                button.textContent = label;
            }, 1500);
        };
        if (navigator.clipboard && window.isSecureContext) {
            navigator.clipboard.writeText(value).then(done);
            return;
        }
        /* Without HTTPS browsers offer only the old way. */
        var box = document.createElement('textarea');
        box.value = value;
        document.body.appendChild(box);
        box.select();
        document.execCommand('copy');
        document.body.removeChild(box);
        done();
    };

    function begin() {
        each(document, '[data-kvm]', function (root) {
            if (!root.machine) {
                root.machine = new Machine(root);
                root.machine.start();
            }
        });
    }

    window.puqKvmAsk = ask;
    window.puqKvmStart = begin;
    guard();
    if (document.readyState === 'loading') {
        document.addEventListener('DOMContentLoaded', begin);
    } else {
        begin();
    }
})();
