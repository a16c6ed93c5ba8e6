/*
 * The question before anything that interrupts, destroys or cannot be taken back. It starts on "no", Escape means no, and
 * what destroys data wants a word typed.
 */

let number = 0;

function element(tag, name, text) {
    const made = document.createElement(tag);
    made.className = name;
    made.textContent = text || '';
    return made;
}

function button(text, name, label) {
    const made = element('button', name, text);
    made.type = 'button';
    made.dataset.answer = label;
    return made;
}

/** Paints the dialog as the card it belongs to: it stands outside the theme's own boxes, which know about dark colours. */
function paint(dialog, root) {
    const card = root.querySelector('.kvm-card') || root;
    for (let at = card; at; at = at.parentElement) {
        const ground = getComputedStyle(at).backgroundColor;
        // A shade that lets what is below through is no ground to read on.
        if (!/^(transparent|rgba\(.*, (0|0?\.\d+)\))$/.test(ground)) {
            dialog.style.backgroundColor = ground;
            break;
        }
    }
    dialog.style.color = getComputedStyle(card).color;
}

/**
 * @param {HTMLElement} root The page's root, whose texts, direction and colours the question has.
 * @param {import('../types').Question & {yes: string, no: string}} words
 * @returns {Promise<boolean>}
 */
export function ask(root, words) {
    const id = 'puq-kvm-ask-' + (number += 1);
    const dialog = element('dialog', 'puq-kvm-ask');
    dialog.dir = root.dir || 'auto';
    const title = element('h3', 'puq-kvm-ask-title', words.title || words.text);
    title.id = id;
    dialog.setAttribute('aria-labelledby', id);
    dialog.append(title);
    if (words.title && words.text) {
        dialog.append(element('p', '', words.text));
    }
    if (words.points && words.points.length) {
        const list = element('ul', 'puq-kvm-ask-points');
        words.points.forEach((point) => list.append(element('li', '', point)));
        dialog.append(list);
    }
    const yes = button(words.yes, 'btn btn-danger', 'yes');
    const no = button(words.no, 'btn btn-default btn-light', 'no');
    let field = null;
    if (words.word) {
        const label = element('label', 'puq-kvm-ask-word', words.hint);
        field = element('input', 'form-control');
        field.type = 'text';
        field.autocomplete = 'off';
        field.spellcheck = false;
        field.dir = 'ltr';
        label.append(field);
        dialog.append(label);
        yes.disabled = true;
        field.addEventListener('input', () => {
            const typed = field.value.trim();
            yes.disabled = words.anyCase ? typed.toLowerCase() !== words.word.toLowerCase() : typed !== words.word;
        });
        field.addEventListener('keydown', (event) => {
            if (event.key === 'Enter' && !yes.disabled) {
                dialog.close('yes');
            }
        });
    }
    const row = element('div', 'puq-kvm-ask-row');
    row.append(no, yes);
    dialog.append(row);
    row.addEventListener('click', (event) => {
        const answer = event.target.dataset.answer;
        if (answer) {
            dialog.close(answer);
        }
    });
    return new Promise((resolve) => {
        const before = /** @type {HTMLElement} */ (document.activeElement);
        dialog.addEventListener('close', () => {
            dialog.remove();
            if (before && before.focus) {
                before.focus();
            }
            resolve(dialog.returnValue === 'yes');
        });
        document.body.append(dialog);
        paint(dialog, root);
        dialog.showModal();
        (field || no).focus();
    });
}
