<?php

declare(strict_types=1);

namespace Contract;

use Standin\Testing\Chrome;

/** A person at a page: clicks, types, answers questions, and looks whether everything can be read. */
abstract class Person
{
    /** @var Chrome */
    public $chrome;

    /** Clicks what can be clicked now. */
    public function press(string $selector): void
    {
        $find = 'document.querySelector(' . json_encode($selector) . ')';
        $this->chrome->waitFor("$find && !$find.disabled && $find.getClientRects().length");
        $this->chrome->evaluate("void $find.click()");
    }

    /** Answers the question that is open. */
    public function answer(string $answer, string $word = ''): void
    {
        $this->chrome->waitFor('document.querySelector("dialog[open]")');
        if ($word !== '') {
            $this->chrome->fill('dialog[open] input', $word);
        }
        $this->press("dialog[open] [data-answer=\"$answer\"]");
        $this->chrome->waitFor('!document.querySelector("dialog")');
    }

    public function waitForText(string $text): void
    {
        try {
            $this->chrome->waitFor('document.body.innerText.includes(' . json_encode($text) . ')');
        } catch (\RuntimeException $error) {
            throw new \RuntimeException("The page never said \"$text\", but: " . $this->chrome->text(), 0, $error);
        }
    }

    /** @return string[] what is wrong with how the page looks: too wide, cut off, or against the rules of axe */
    public function flaws(): array
    {
        $flaws = [];
        $wide = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
        if ($this->chrome->evaluate($wide) > 0) {
            $flaws[] = 'wider than the window';
        }
        if (!$this->chrome->evaluate('Boolean(window.axe)')) {
            $axe = dirname(__DIR__, 3) . '/php/web/node_modules/axe-core/axe.min.js';
            $this->chrome->evaluate((string) file_get_contents($axe) . '; 1');
        }
        // The colours of buttons are the theme's.
        $run = 'axe.run(document.querySelector(".puq-kvm"), {preload: false, resultTypes: ["violations"]})'
            . '.then(found => found.violations.map(one => [one.id, one.nodes.filter(node => one.id !== "color-contrast"'
            . ' || !document.querySelector(node.target[0]).matches(".btn"))]).filter(one => one[1].length)'
            . '.map(one => one[0] + ": " + one[1].map(node => node.target + " " + ([...node.any, ...node.all,'
            . ' ...node.none][0] || {}).message).slice(0, 3).join(" | ")))';
        return array_merge($flaws, (array) $this->chrome->evaluate($run));
    }

    /** A picture of the whole page, for a person to look at. */
    public function picture(string $name, int $width): void
    {
        $folder = dirname(__DIR__, 3) . '/target/pages';
        if (!is_dir($folder)) {
            mkdir($folder, 0777, true);
        }
        $height = (int) $this->chrome->evaluate('document.documentElement.scrollHeight');
        $this->chrome->resize($width, min(6000, max(700, $height)));
        $this->chrome->screenshot("$folder/$name.png");
    }
}
