/*
 * Small behaviour of the admin's pages: questions before forms that destroy something, remembered filters, and the
 * product panel's refresh buttons and name example.
 */
(function () {
    'use strict';

    /* WHMCS replaces the content of a page in place and runs its scripts again: then only what is new has to start. */
    if (window.puqKvmAdminStart) {
        window.puqKvmAdminStart();
        return;
    }

    var MODULE = 'puqProxmoxKVM';
    /* The fields of a form that are remembered. */
    var KEPT = 'select, input[name="sort"], input[name="way"]';

    function all(selector, act) {
        Array.prototype.forEach.call(document.querySelectorAll(selector), act);
    }

    document.addEventListener('submit', function (event) {
        var form = event.target;
        var question = form.getAttribute('data-ask');
        var button = form.querySelector('[type="submit"]');
        var page = form.closest('[data-no]');
        if (!question) {
            return;
        }
        event.preventDefault();
        window.puqKvmAsk(question, {
            yes: button ? button.textContent : '',
            no: page ? page.getAttribute('data-no') : ''
        }).then(function (yes) {
            if (yes) {
                form.submit();
            }
        });
    });

    /* A zone's form shows the fields of its provider; the others are not sent. */
    function fit(select) {
        all('[data-for]', function (part) {
            var used = part.getAttribute('data-for').split(' ').indexOf(select.value) >= 0;
            part.hidden = !used;
            Array.prototype.forEach.call(part.querySelectorAll('input'), function (input) {
                input.disabled = !used;
            });
        });
    }

    /* Forms that open over the page. */
    document.addEventListener('click', function (event) {
        var opener = event.target.closest('[data-open]');
        var closer = event.target.closest('[data-close]');
        if (opener) {
            document.getElementById(opener.getAttribute('data-open')).showModal();
        } else if (closer) {
            closer.closest('dialog').close();
        }
    });

    /* A dialog that the address names, as the list of VMs does. */
    function named() {
        var dialog = /^#kvm-[a-z]+$/.test(window.location.hash) && document.querySelector('dialog' + window.location.hash);
        if (dialog && dialog.closest('.puq-kvm-admin') && !dialog.open) {
            dialog.showModal();
        }
    }

    /* One box ticks all of a list. */
    document.addEventListener('change', function (event) {
        var name = event.target.getAttribute && event.target.getAttribute('data-all');
        if (name) {
            Array.prototype.forEach.call(event.target.form.elements, function (box) {
                if (box.name === name) {
                    box.checked = event.target.checked;
                }
            });
        }
    });

    /* A command or an address to take along. */
    document.addEventListener('click', function (event) {
        var button = event.target.closest('[data-copy-text]');
        if (button && navigator.clipboard && window.isSecureContext) {
            navigator.clipboard.writeText(button.getAttribute('data-copy-text').replace(/[\u2066-\u2069]/g, '')).then(function () {
                button.textContent = button.getAttribute('data-copied');
            });
        } else if (button) {
            /* Without HTTPS browsers offer only the old way. */
            window.getSelection().selectAllChildren(document.getElementById(button.getAttribute('aria-describedby')));
            document.execCommand('copy');
            button.textContent = button.getAttribute('data-copied');
        }
    });

    /* A long list in the page: only the rows that hold what was typed are shown. */
    function narrow(field) {
        var table = document.getElementById(field.getAttribute('data-narrow'));
        var rows = table ? table.tBodies[0].rows : [];
        var show = function () {
            var words = field.value.toLowerCase().split(/\s+/);
            Array.prototype.forEach.call(rows, function (row) {
                var text = row.textContent.toLowerCase();
                row.hidden = !words.every(function (word) {
                    return text.indexOf(word) >= 0;
                });
            });
        };
        field.addEventListener('input', show);
        show();
    }

    /* Filters come back as they were left; an address that names some wins. */
    function remember(form) {
        var key = form.getAttribute('data-remember');
        var named = /[?&](search|status|vm_status|only|sort|size|p)=/.test(window.location.search);
        var stored = {};
        try {
            stored = JSON.parse(window.localStorage.getItem(key) || '{}');
        } catch (error) {
            stored = {};
        }
        form.addEventListener('submit', function () {
            var kept = {};
            Array.prototype.forEach.call(form.querySelectorAll(KEPT), function (field) {
                kept[field.name] = field.value;
            });
            window.localStorage.setItem(key, JSON.stringify(kept));
        });
        all('a[data-sort]', function (heading) {
            heading.addEventListener('click', function () {
                stored.sort = heading.getAttribute('data-sort');
                stored.way = heading.getAttribute('data-way');
                window.localStorage.setItem(key, JSON.stringify(stored));
            });
        });
        if (named) {
            return;
        }
        var changed = false;
        Object.keys(stored).forEach(function (name) {
            var field = Array.prototype.filter.call(form.querySelectorAll(KEPT), function (one) {
                return one.name === name;
            })[0];
            if (field && stored[name] && field.value !== stored[name]) {
                field.value = stored[name];
                changed = changed || field.value === stored[name];
            }
        });
        if (changed) {
            form.submit();
        }
    }

    function fill(select, options) {
        var value = select.value;
        var list = select.tagName === 'SELECT' ? select : document.getElementById(select.getAttribute('list'));
        if (!list || !options.length) {
            return;
        }
        list.textContent = '';
        options.forEach(function (option) {
            var element = document.createElement('option');
            element.value = option.value;
            element.textContent = option.label;
            list.appendChild(element);
        });
        select.value = value;
        /* A stored value that is not offered any more stays chosen until somebody picks another one. */
        if (select.value !== value) {
            var kept = document.createElement('option');
            kept.value = value;
            kept.textContent = value;
            list.appendChild(kept);
            select.value = value;
        }
    }

    /* The page was drawn from what was last known; what the cluster offers now comes by this. */
    function refresh(panel) {
        var address = panel.getAttribute('data-endpoint');
        var buttons = panel.querySelectorAll('[data-refresh]');
        var set = function (busy) {
            Array.prototype.forEach.call(buttons, function (button) {
                button.disabled = busy;
            });
        };
        if (!address) {
            return;
        }
        set(true);
        fetch(address, { credentials: 'same-origin', headers: { 'X-Requested-With': 'XMLHttpRequest' } })
            .then(function (response) {
                return response.json();
            })
            .then(function (answer) {
                Object.keys(answer.options).forEach(function (key) {
                    var field = panel.querySelector('[data-field="' + key + '"]');
                    if (field) {
                        fill(field, answer.options[key]);
                    }
                });
                tell(panel, answer.error ? [{ level: 'danger', text: answer.error }] : answer.banners);
                panel.querySelector('[data-list-age]').textContent = answer.age;
            })
            .catch(function () {
                tell(panel, [{ level: 'danger', text: panel.getAttribute('data-failed') }]);
            })
            .then(function () {
                set(false);
            });
    }

    /* Banners that the page has already are not shown twice. */
    function tell(panel, banners) {
        var box = panel.querySelector('[data-list-banners]');
        box.textContent = '';
        banners.forEach(function (banner) {
            var element = document.createElement('div');
            element.className = 'kvm-notice is-' + (banner.level === 'danger' ? 'bad' : 'warn');
            element.setAttribute('role', 'status');
            element.textContent = banner.text;
            box.appendChild(element);
        });
    }

    /* The element right below which the panel belongs: the module's own rows, or before they are there the select. */
    function rows(form, panel) {
        var select = form.querySelector('select[name="servertype"]');
        var pane = select && select.closest('.tab-pane');
        var own = pane ? Array.prototype.filter.call(
            pane.querySelectorAll('[name^="packageconfigoption["]'),
            function (field) {
                return !panel.contains(field);
            }
        ) : [];
        var last = own.length ? own[own.length - 1] : select;
        if (!pane) {
            return null;
        }
        return { select: select, table: last.closest('table') || last.parentNode, last: last };
    }

    /* WHMCS shows a hook's fields on the tab Other; the panel belongs to the module's rows. WHMCS loads those by AJAX, at
       first and whenever a module is chosen, so the panel follows them. It never leaves its form. */
    function settle(panel) {
        var form = panel.closest('form');
        var row = panel.closest('tr');
        if (!form || !rows(form, panel)) {
            return;
        }
        var place = function () {
            var found = rows(form, panel);
            if (!found) {
                return;
            }
            if (found.table.nextElementSibling !== panel) {
                found.table.parentNode.insertBefore(panel, found.table.nextSibling);
            }
            panel.hidden = found.select.value !== MODULE;
            /* What was chosen for the first time: the rows say to save once. */
            if (row && row.style.display !== 'none') {
                row.style.display = 'none';
            }
        };
        new MutationObserver(place).observe(form, { childList: true, subtree: true });
        form.addEventListener('change', function (event) {
            if (event.target.name === 'servertype') {
                place();
            }
        });
        place();
        if (window.location.hash === '#' + panel.id) {
            panel.scrollIntoView();
        }
    }

    /* What the name rule makes, in the words of whoever makes it; asked for when the typing pauses. */
    function example(address, element) {
        var pause = null;
        var asked = 0;
        return function (rule, domain) {
            var query = '&rule=' + encodeURIComponent(rule) + '&domain=' + encodeURIComponent(domain);
            window.clearTimeout(pause);
            pause = window.setTimeout(function () {
                var own = asked += 1;
                fetch(address + query, {
                    credentials: 'same-origin',
                    headers: { 'X-Requested-With': 'XMLHttpRequest' }
                })
                    .then(function (response) {
                        return response.json();
                    })
                    .then(function (answer) {
                        /* A slow answer to what was typed before is late. */
                        if (own === asked) {
                            element.textContent = answer.text;
                        }
                    })
                    .catch(function () {
                        element.textContent = '';
                    });
            }, 300);
        };
    }

    /* What is said of a form while it is filled; asked for when the typing pauses. */
    function live(element) {
        var form = element.closest('form');
        var pause = null;
        var asked = 0;
        form.addEventListener('input', function () {
            window.clearTimeout(pause);
            pause = window.setTimeout(function () {
                var own = asked += 1;
                var body = new URLSearchParams(new FormData(form));
                body.set('scope', element.getAttribute('data-scope'));
                fetch(element.getAttribute('data-live'), {
                    method: 'POST',
                    body: body,
                    credentials: 'same-origin',
                    headers: { 'X-Requested-With': 'XMLHttpRequest' }
                })
                    .then(function (response) {
                        return response.json();
                    })
                    .then(function (answer) {
                        /* A slow answer to what was typed before is late. */
                        if (own === asked) {
                            element.textContent = answer.text || '';
                            element.classList.toggle('is-good', Boolean(answer.good));
                        }
                    })
                    .catch(function () {
                        element.textContent = '';
                    });
            }, 300);
        });
    }

    function panel(root) {
        settle(root);
        Array.prototype.forEach.call(root.querySelectorAll('[data-refresh]'), function (button) {
            button.addEventListener('click', function () {
                refresh(root);
            });
        });
        refresh(root);
        var find = function (selector) {
            return root.querySelector(selector);
        };
        var rule = find('[data-field="name_rule"]');
        var domain = find('[data-field="main_domain"]');
        var element = find('[data-name-example]');
        if (rule && element) {
            var ask = example(root.getAttribute('data-preview'), element);
            var show = function () {
                ask(rule.value || rule.placeholder, domain ? domain.value : '');
            };
            [rule, domain].forEach(function (field) {
                if (field) {
                    field.addEventListener('input', show);
                }
            });
            show();
        }
        /* With a schedule the lifetime has no effect. */
        var schedule = find('input[type="checkbox"][data-field="snapshot_schedule"]');
        var lifetime = find('[data-field="snapshot_lifetime"]');
        if (schedule && lifetime) {
            var dim = function () {
                lifetime.style.opacity = schedule.checked ? '.45' : '';
            };
            schedule.addEventListener('change', dim);
            dim();
        }
    }

    /* Each element is started once, however often the script runs. */
    function begin() {
        var once = function (selector, act) {
            all(selector, function (element) {
                if (!element.puqKvmStarted) {
                    element.puqKvmStarted = true;
                    act(element);
                }
            });
        };
        once('.puq-kvm-admin select[name="type"]', function (select) {
            fit(select);
            select.addEventListener('change', function () {
                fit(select);
            });
        });
        once('form[data-remember]', remember);
        once('[data-product-panel]', panel);
        once('[data-narrow]', narrow);
        once('[data-live]', live);
        named();
    }

    window.puqKvmAdminStart = begin;
    if (document.readyState === 'loading') {
        document.addEventListener('DOMContentLoaded', begin);
    } else {
        begin();
    }
})();
