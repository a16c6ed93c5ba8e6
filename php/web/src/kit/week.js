/* The seven days, in the order of the reader's calendar. */

/** @param {import('./words.js').Words} words */
export function week(words) {
    const first = words.firstDay();
    return [0, 1, 2, 3, 4, 5, 6].map((step) => {
        const day = (first + step) % 7;
        return { day: String(day), short: words.weekday(day, 'short'), long: words.weekday(day, 'long') };
    });
}

/** The days of a schedule, as the values of check boxes. */
export function picked(schedule) {
    return schedule ? schedule.days.map(String) : [];
}
