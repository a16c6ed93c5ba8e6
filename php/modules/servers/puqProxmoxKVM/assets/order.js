/*
 * Order form: a virtual machine needs no nameservers, so their fields are filled and hidden.
 * Upgrade form: it says beforehand what a change brings with it. A disk cannot shrink, so smaller sizes are not offered;
 * deleting a disk is asked for; another operating system is installed elsewhere.
 */
(function () {
    'use strict';

    /* A page that is put together by a script runs this without telling which element it is. */
    var tag = document.currentScript || document.querySelector('script[data-puq-kvm-order]');
    var data = JSON.parse((tag && tag.getAttribute('data-puq-kvm-order')) || '{}');

    /* WHMCS refuses an order with these fields empty; the values are never used. */
    function hideNameservers() {
        ['ns1prefix', 'ns2prefix'].forEach(function (name, place) {
            var field = document.querySelector('input[name="' + name + '"]');
            if (!field) {
                return;
            }
            if (!field.value) {
                field.value = 'ns' + (place + 1) + '-' + Math.random().toString(36).slice(2, 10);
            }
            var box = field.closest('.form-group') || field.parentNode;
            var column = box.parentNode;
            box.style.display = 'none';
            if (/\bcol-/.test(column.className) && column.querySelectorAll('input, select').length === 1) {
                column.style.display = 'none';
            }
        });
    }

    /* A number that is typed in: less than the disk has now is refused, and what deletes it is asked for. */
    function guardNumber(field, option, texts) {
        var form = field.form;
        var isNone = function () {
            return option.may_go && Number(field.value) === 0;
        };
        var check = function () {
            var less = Number(field.value) < option.least && !isNone();
            field.setCustomValidity(less ? '≥ ' + option.least + ' ' + texts.not_allowed : '');
            return !less;
        };
        field.addEventListener('input', check);
        if (form) {
            form.addEventListener('submit', function (event) {
                if (!check() || (option.least > 0 && isNone() && !window.confirm(texts.confirm))) {
                    event.preventDefault();
                }
            });
        }
    }

    /* Above the form, so that it is read before anything is chosen. */
    function explain(notes) {
        var forms = document.querySelectorAll('form[action*="upgrade.php"]');
        var box = document.createElement('div');
        if (!forms.length || !notes.length) {
            return;
        }
        box.className = 'alert alert-warning puq-kvm-notes';
        box.setAttribute('role', 'note');
        notes.forEach(function (note) {
            var line = document.createElement('p');
            line.textContent = note;
            box.appendChild(line);
        });
        box.lastChild.style.marginBottom = 0;
        forms[0].parentNode.insertBefore(box, forms[0]);
    }

    function guard(options, texts) {
        options.forEach(function (option) {
            var refused = option.smaller.concat(option.fixed || []);
            var reason = option.fixed ? texts.system_choice : texts.not_allowed;
            var number = document.querySelector('input[name="' + option.field + '"]');
            if (number && option.least !== undefined) {
                guardNumber(number, option, texts);
                return;
            }
            var select = document.querySelector('select[name="' + option.field + '"]');
            if (!select) {
                return;
            }
            Array.prototype.forEach.call(select.options, function (choice) {
                if (refused.indexOf(choice.value) >= 0) {
                    choice.disabled = true;
                    choice.textContent += ' ' + reason;
                } else if (option.deletes.indexOf(choice.value) >= 0) {
                    choice.textContent += ' ' + texts.deletes_disk;
                }
            });
            if (!select.form) {
                return;
            }
            select.form.addEventListener('submit', function (event) {
                if (refused.indexOf(select.value) >= 0) {
                    event.preventDefault();
                } else if (option.deletes.indexOf(select.value) >= 0 && !window.confirm(texts.confirm)) {
                    event.preventDefault();
                }
            });
        });
    }

    function begin() {
        if (data.order) {
            hideNameservers();
        }
        if (data.upgrade) {
            explain(data.notes || []);
            guard(data.upgrade, data.texts);
        }
    }

    if (document.readyState === 'loading') {
        document.addEventListener('DOMContentLoaded', begin);
    } else {
        begin();
    }
})();
