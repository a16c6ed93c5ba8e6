/* What the scripts know of each other, of Alpine and of what PHP makes of an answer. What is asked and answered stands in
   operations.d.ts. */

import type { ClientOperations } from './operations';
import type { machine } from './machine.js';

/** The word of an operation. */
export type Op = keyof ClientOperations;

/** What an operation answers. */
export type Reply<O extends Op> = ClientOperations[O]['reply'];

/** An operation by its word, with its fields beside it. */
export type RequestOf<O extends Op> = { op: O } & ClientOperations[O]['request'];

/** What comes back of an operation: its reply, or why not. Of the page itself PHP makes a view, and leaves the reply out. */
export interface Answered<O extends Op> {
    ok: boolean;
    data?: Reply<O>;
    view?: any;
    error?: string;
    errors?: Record<string, string>;
}

/** A question before something is done. */
export interface Question {
    text?: string;
    title?: string;
    points?: string[];
    /** A word that has to be typed. */
    word?: string;
    /** Whether it may be typed in capitals or not. */
    anyCase?: boolean;
    /** What is said beside the field of that word. */
    hint?: string;
}

export type Machine = ReturnType<typeof machine>;

/** What the parts with slots have in common; `row` and `named` are their own. */
export interface Slots {
    text: string;
    days: string[];
    time: string;
    week: { day: string; short: string; long: string }[];
    row(one: any): object;
    named(one: any): string;
    isFull(): boolean;
}

/** What Alpine gives every component. */
export interface Alpine {
    readonly $root: HTMLElement;
    $watch(path: string, seen: () => void): void;
    $nextTick(then: () => void): void;
}

/** What a part of the page brings to its component. */
export interface Hooks<O extends Op> {
    /** Makes what is drawn out of a reply. */
    shape?(data: Reply<O>): any;
    /** The fields with which it is listed. */
    query?(): Partial<ClientOperations[O]['request']>;
    /** What is done after it was drawn. */
    drawn?(): void;
}

/** What a part draws: what its `shape` makes, else the reply itself. */
export type Shaped<O extends Op, Own> = Own extends { shape(data: any): infer Made } ? Made : Reply<O>;

/** The component of a part, without what the part brings. */
export interface Component<Data> extends Alpine {
    readonly vm: Machine;
    data: Data | null;
    error: string;
    errors: Record<string, string>;
    loading: boolean;
    isLate: boolean;
    isOld: boolean;
    pane: HTMLElement | null;
    working: boolean;
    why(): string;
    held(): boolean;
    refocus(at: HTMLElement): void;
    timer: ReturnType<typeof setTimeout>;
    init(): void;
    isOpen(): boolean;
    shown(): void;
    load(): Promise<void>;
    /** Asks back where there is a question, sends, and looks again; null where nothing was sent. */
    perform<O extends Op>(fields: RequestOf<O>, question?: Question | string): Promise<Answered<O> | null>;
}

declare global {
    interface Window {
        /** Whether the scripts run already. */
        puqKvmStarted?: boolean;
    }
}
