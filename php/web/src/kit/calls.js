/*
 * How the pages ask the server: one POST, one JSON answer, and a name for everything that can go wrong on the way.
 */

/** Milliseconds after which an answer is no longer waited for. */
const PATIENCE = 45000;

/** What went wrong before an answer of the module came: `kind` is lost, slow, signed_out or refused. */
export class Unanswered extends Error {
    constructor(kind) {
        super(kind);
        this.kind = kind;
    }
}

/** Appends a field as PHP reads it: maps become names with brackets. */
function append(body, name, value) {
    if (value !== null && typeof value === 'object') {
        Object.keys(value).forEach((key) => append(body, name + '[' + key + ']', value[key]));
    } else {
        body.append(name, value === null || value === undefined ? '' : String(value));
    }
}

/** A page instead of an answer: the sign-in, or WHMCS's own refusal. */
function refusal(response, text) {
    const isLogin = /login/i.test(response.url) || /type=["']password["']/i.test(text);
    return new Unanswered(isLogin || response.status === 401 ? 'signed_out' : 'refused');
}

/**
 * Sends fields to the module.
 *
 * @param {string} endpoint
 * @param {Object<string, *>[]} parts Fields, those of later parts beside those of earlier ones.
 * @returns {Promise<*>} What the module answered; whoever asks knows its type.
 * @throws {Unanswered}
 */
export async function call(endpoint, parts) {
    const body = new URLSearchParams();
    parts.forEach((part) => Object.keys(part).forEach((name) => append(body, name, part[name])));
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE);
    let response;
    let text;
    try {
        response = await fetch(endpoint, {
            method: 'POST',
            credentials: 'same-origin',
            headers: { 'Accept': 'application/json', 'X-Requested-With': 'XMLHttpRequest' },
            body,
            signal: stop.signal,
        });
        text = await response.text();
    } catch (fault) {
        throw new Unanswered(stop.signal.aborted ? 'slow' : 'lost');
    } finally {
        clearTimeout(timer);
    }
    let answer;
    try {
        answer = JSON.parse(text);
    } catch (fault) {
        throw refusal(response, text);
    }
    if (answer === null || typeof answer !== 'object') {
        throw refusal(response, text);
    }
    return answer;
}
