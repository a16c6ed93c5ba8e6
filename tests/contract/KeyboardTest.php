<?php

declare(strict_types=1);

namespace Contract;

require_once dirname(__DIR__) . '/support/autoload.php';

/** The client's page by the keyboard alone: every part, every question, and what is dragged by hand else. */
final class KeyboardTest extends PartsTestCase
{
    /** By the keyboard alone: to every part, through a question with Escape, and a rule up and down. */
    public function testThePageIsUsedByTheKeyboardAlone(): void
    {
        $this->page->open('overview');
        $chrome = $this->page->chrome;
        $chrome->evaluate('void document.querySelector("[data-op=stop]").focus()');
        $seen = [];
        for ($step = 0; $step < 14; $step++) {
            $chrome->key('Tab');
            $seen[] = (string) $chrome->evaluate('document.activeElement.dataset.tab || ""');
            // Wherever the focus is, it can be seen.
            $ring = '(function (one) { var style = getComputedStyle(one); return style.outlineStyle !== "none"'
                . ' || style.boxShadow !== "none"; })(document.activeElement)';
            self::assertTrue($chrome->evaluate($ring), end($seen) . ' shows no focus');
        }
        self::assertSame(self::PARTS, array_values(array_intersect(self::PARTS, $seen)));
        $chrome->evaluate('void document.querySelector("[data-tab=firewall]").focus()');
        $chrome->key('Enter');
        $chrome->waitFor('document.querySelector("[data-pane=firewall]:not([hidden]) [data-do=rule_form]")');
        foreach (['SSH', 'Ping'] as $count => $preset) {
            $button = "[...document.querySelectorAll('[data-pane=firewall] .btn')]"
                . ".find(b => b.innerText.includes('$preset'))";
            $chrome->waitFor("$button && !$button.disabled");
            $chrome->evaluate("void $button.focus()");
            $chrome->key('Enter');
            $this->rules($count + 1);
        }
        $chrome->waitFor('!document.querySelector("[data-row=rule] [data-do=down]").disabled');
        $chrome->evaluate('void document.querySelector("[data-row=rule] [data-do=down]").focus()');
        $first = 'document.querySelector("[data-row=rule]").innerText';
        $before = $chrome->evaluate($first);
        $chrome->key('Enter');
        $chrome->waitFor("$first !== " . json_encode($before));
        // It moves on with the rule: the same button, or the other one where there is no more way.
        $second = 'document.querySelectorAll("[data-row=rule]")[1]';
        $chrome->waitFor('document.activeElement.dataset.do === "up"'
            . " && document.activeElement.closest('[data-row=rule]') === $second");
        $chrome->key('Enter');
        $chrome->waitFor("$first === " . json_encode($before));
        for ($left = 1; $left >= 0; $left--) {
            $chrome->waitFor('!document.querySelector("[data-do=firewall_rule_remove]").disabled');
            $chrome->evaluate('void document.querySelector("[data-do=firewall_rule_remove]").focus()');
            $chrome->key('Enter');
            $chrome->waitFor('document.querySelector("dialog[open]")');
            $chrome->key('Escape');
            $chrome->waitFor('!document.querySelector("dialog")');
            self::assertSame('firewall_rule_remove', $chrome->evaluate('document.activeElement.dataset.do'));
            $chrome->key('Enter');
            $chrome->waitFor('document.querySelector("dialog[open]")');
            $chrome->key('Tab');
            $chrome->key('Enter');
            $this->rules($left);
        }
    }

    private function rules(int $number): void
    {
        $this->page->chrome->waitFor("document.querySelectorAll('[data-row=rule]').length === $number");
    }
}
