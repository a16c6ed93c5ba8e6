/*
 * Small behaviour of the admin's pages: questions before forms that destroy something, remembered filters, and the
 * product panel's refresh buttons and name example.
 */
(function () {
    'use strict';

    if (window.puqKvmAdminLoaded) {
        return;
    }
    window.puqKvmAdminLoaded = true;

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

    all('select[name="type"]', function (select) {
        fit(select);
        select.addEventListener('change', function () {
            fit(select);
        });
    });

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

    /* Filters come back as they were left; an address that names some wins. */
    function remember(form) {
        var key = form.getAttribute('data-remember');
        var named = /[?&](search|status|vm_status|size|p)=/.test(window.location.search);
        var stored = {};
        try {
            stored = JSON.parse(window.localStorage.getItem(key) || '{}');
        } catch (error) {
            stored = {};
        }
        form.addEventListener('submit', function () {
            var kept = {};
            Array.prototype.forEach.call(form.querySelectorAll('select'), function (select) {
                kept[select.name] = select.value;
            });
            window.localStorage.setItem(key, JSON.stringify(kept));
        });
        if (named) {
            return;
        }
        var changed = false;
        Object.keys(stored).forEach(function (name) {
            var select = form.querySelector('select[name="' + name + '"]');
            if (select && stored[name] && select.value !== stored[name]) {
                select.value = stored[name];
                changed = changed || select.value === stored[name];
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

    function refresh(panel, button) {
        var body = new URLSearchParams();
        var params = JSON.parse(panel.getAttribute('data-params'));
        Object.keys(params).forEach(function (key) {
            body.append(key, params[key]);
        });
        button.disabled = true;
        fetch(panel.getAttribute('data-endpoint'), { method: 'POST', credentials: 'same-origin', body: body })
            .then(function (response) {
                return response.json();
            })
            .then(function (answer) {
                if (!answer.ok) {
                    window.alert(answer.error);
                    return;
                }
                Object.keys(answer.options).forEach(function (key) {
                    all('[data-field="' + key + '"]', function (field) {
                        fill(field, answer.options[key]);
                    });
                });
            })
            .catch(function () {
                window.alert(panel.getAttribute('data-failed'));
            })
            .then(function () {
                button.disabled = false;
            });
    }

    function digits(count, letters) {
        var text = '';
        while (text.length < count) {
            text += letters.charAt(Math.floor(Math.random() * letters.length));
        }
        return text;
    }

    /* An example of what the name rule makes; the real one is made and checked when a service is ordered. */
    function example(rule, domain) {
        var now = new Date();
        var two = function (number) {
            return (number < 10 ? '0' : '') + number;
        };
        var values = {
            client_id: '12',
            service_id: '345',
            unixtime: String(Math.floor(now.getTime() / 1000)),
            year: String(now.getFullYear()),
            month: two(now.getMonth() + 1),
            day: two(now.getDate()),
            hour: two(now.getHours()),
            minute: two(now.getMinutes()),
            second: two(now.getSeconds())
        };
        var name = rule.replace(/\{random_(digit|letter)_(\d{1,2})\}/g, function (all, kind, count) {
            return digits(Number(count), kind === 'digit' ? '0123456789' : 'abcdefghijklmnopqrstuvwxyz');
        }).replace(/\{([a-z_]+)\}/g, function (all, macro) {
            return Object.prototype.hasOwnProperty.call(values, macro) ? values[macro] : all;
        });
        domain = domain.replace(/^\.+|\.+$/g, '');
        return name + ' → ' + name + (domain ? '.' + domain : '');
    }

    function begin() {
        all('form[data-remember]', remember);
        all('[data-refresh]', function (button) {
            button.addEventListener('click', function () {
                refresh(button.closest('[data-product-panel]') || document.querySelector('[data-product-panel]'), button);
            });
        });
        var rule = document.querySelector('[data-field="name_rule"]');
        var domain = document.querySelector('[data-field="main_domain"]');
        all('[data-name-example]', function (element) {
            var show = function () {
                element.textContent = example(rule.value || rule.placeholder, domain ? domain.value : '');
            };
            [rule, domain].forEach(function (field) {
                if (field) {
                    field.addEventListener('input', show);
                }
            });
            show();
        });
        /* With a schedule the lifetime has no effect. */
        var schedule = document.querySelector('input[type="checkbox"][data-field="snapshot_schedule"]');
        var lifetime = document.querySelector('[data-field="snapshot_lifetime"]');
        if (schedule && lifetime) {
            var dim = function () {
                lifetime.style.opacity = schedule.checked ? '.45' : '';
            };
            schedule.addEventListener('change', dim);
            dim();
        }
    }

    if (document.readyState === 'loading') {
        document.addEventListener('DOMContentLoaded', begin);
    } else {
        begin();
    }
})();
