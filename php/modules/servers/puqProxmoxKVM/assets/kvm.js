/*
 * The question before a form of the addon's pages that destroys something. The pages of a service have their own scripts.
 */
(function () {
    'use strict';

    /* The promise holds whether the answer was yes; it starts on no, and Escape means no. */
    window.puqKvmAsk = function (question, texts) {
        if (typeof HTMLDialogElement === 'undefined' || !HTMLDialogElement.prototype.showModal) {
            return Promise.resolve(window.confirm(question));
        }
        return new Promise(function (resolve) {
            var dialog = document.createElement('dialog');
            var words = document.createElement('p');
            var row = document.createElement('div');
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
            dialog.appendChild(row);
            dialog.addEventListener('close', function () {
                document.body.removeChild(dialog);
                resolve(dialog.returnValue === 'yes');
            });
            document.body.appendChild(dialog);
            dialog.showModal();
        });
    };
})();
