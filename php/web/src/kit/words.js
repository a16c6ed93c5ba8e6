/*
 * Moments, sizes and lengths of time in the reader's language and time zone.
 */

const KIB = 1024;
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

export class Words {
    /**
     * @param {string} locale Of the page's language; an empty one is the browser's.
     * @param {Object<string, string>} texts Of the page; ":name" in them stands for a value.
     */
    constructor(locale, texts) {
        this.locale = locale || undefined;
        this.texts = texts;
    }

    /** A text of the page with its values. */
    say(key, values) {
        const text = this.texts[key] || key;
        return text.replace(/:([a-z]+)/g, (all, name) => (values && name in values ? String(values[name]) : all));
    }

    /** Day and minute, with the zone's name. @param {number} at Seconds since 1970. */
    moment(at) {
        return this.format(at, {
            year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', timeZoneName: 'short',
        });
    }

    /** Hour, minute and second of today, with the zone's name. @param {number} at Seconds since 1970. */
    clock(at) {
        return this.format(at, { hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: 'short' });
    }

    /** A day. @param {number} at Seconds since 1970. */
    day(at) {
        return this.format(at, { year: 'numeric', month: 'short', day: 'numeric' });
    }

    format(at, how) {
        return typeof at === 'number' ? new Intl.DateTimeFormat(this.locale, how).format(at * 1000) : '';
    }

    /** The name of a weekday. @param {number} day 0 is Sunday. @param {'short'|'long'} length */
    weekday(day, length) {
        // 1 January 2023 was a Sunday; noon is the same day in every zone that this is formatted for.
        const at = Date.UTC(2023, 0, 1 + day, 12);
        return new Intl.DateTimeFormat(this.locale, { weekday: length, timeZone: 'UTC' }).format(at);
    }

    /** The day that weeks begin with: 0 is Sunday; Monday where the browser does not know. */
    firstDay() {
        try {
            /** @type {*} Not every browser has one of the two. */
            const locale = new Intl.Locale(this.locale || navigator.language);
            const info = locale.getWeekInfo ? locale.getWeekInfo() : locale.weekInfo;
            return info ? info.firstDay % 7 : 1;
        } catch (fault) {
            return 1;
        }
    }

    /** Bytes in the largest unit that leaves a whole number before the point. */
    size(bytes) {
        let value = Number(bytes) || 0;
        let unit = 0;
        while (value >= KIB && unit < UNITS.length - 1) {
            value /= KIB;
            unit += 1;
        }
        return this.number(value, unit === 0 ? 0 : 1) + ' ' + UNITS[unit];
    }

    number(value, digits) {
        return new Intl.NumberFormat(this.locale, { maximumFractionDigits: digits }).format(value);
    }

    /** A length of time in its two largest units. @param {number} seconds */
    length(seconds) {
        const rest = Math.max(0, Math.floor(seconds));
        const parts = {
            days: Math.floor(rest / 86400),
            hours: Math.floor((rest % 86400) / 3600),
            minutes: Math.floor((rest % 3600) / 60),
        };
        return this.say(parts.days > 0 ? 'uptime_days' : parts.hours > 0 ? 'uptime_hours' : 'uptime_minutes', parts);
    }

    /** A short length of time, to the second below an hour. @param {number} seconds */
    span(seconds) {
        const rest = Math.max(0, Math.floor(seconds));
        /** @type {[string, number][]} */
        const parts = rest < 3600
            ? [['minute', Math.floor(rest / 60)], ['second', rest % 60]]
            : [['hour', Math.floor(rest / 3600)], ['minute', Math.floor((rest % 3600) / 60)]];
        const told = parts.filter(([, number]) => number > 0);
        return (told.length ? told : [parts[1]])
            .map(([unit, number]) => new Intl.NumberFormat(this.locale, { style: 'unit', unit, unitDisplay: 'short' }).format(number))
            .join(' ');
    }

    /** The zone that moments are told in, as in "Europe/Warsaw". */
    zone() {
        return new Intl.DateTimeFormat(this.locale).resolvedOptions().timeZone || 'UTC';
    }
}
