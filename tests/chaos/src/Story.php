<?php

declare(strict_types=1);

namespace Chaos;

/** What happens to one order, from its purchase on. */
final class Story
{
    /**
     * Whether it begins when the VM is ready, and what is done: milliseconds after the one before, way and what. A word
     * with `|` leaves the choice to the seed.
     */
    private const KINDS = [
        'nothing' => [true, []],
        'backup and back' => [true, [[0, 'page', 'backup_now'], [1500, 'page', 'backup_restore']]],
        'snapshot, upgrade, back' => [true, [
            [0, 'page', 'snapshot_create'], [1200, 'upgrade', '2'], [3000, 'page', 'snapshot_rollback'],
        ]],
        'snapshots' => [true, [
            [0, 'page', 'snapshot_create'], [900, 'page', 'snapshot_create'], [1200, 'page', 'snapshot_remove'],
        ]],
        'suspended for a while' => [true, [[0, 'module', 'Suspend'], [2500, 'module', 'Unsuspend']]],
        'suspended at once' => [false, [[700, 'module', 'Suspend'], [4000, 'module', 'Unsuspend']]],
        'suspended while it is backed up' => [true, [[0, 'page', 'backup_now'], [150, 'module', 'Suspend']]],
        'upgraded twice' => [true, [[0, 'upgrade', '2'], [600, 'upgrade', '4']]],
        'upgraded while it is made' => [false, [[900, 'upgrade', '2']]],
        'made anew in mid-change' => [true, [[0, 'upgrade', '4'], [700, 'module', 'adminRedeploy']]],
        'made anew while it is made' => [false, [[1500, 'module', 'adminRedeploy']]],
        'new password' => [true, [[0, 'page', 'stop|shutdown'], [1500, 'module', 'ChangePassword']]],
        'new password from the page' => [true, [[0, 'page', 'reset_password']]],
        'installed anew' => [true, [[0, 'page', 'reinstall']]],
        'installed anew from its backup' => [true, [
            [0, 'page', 'backup_now'], [1500, 'page', 'reinstall'], [3500, 'page', 'backup_restore'],
        ]],
        'installed anew and suspended' => [true, [[0, 'page', 'reinstall'], [400, 'module', 'Suspend']]],
        'installed anew and ended' => [true, [[0, 'page', 'reinstall'], [700, 'module', 'Terminate']]],
        'an image and a rule' => [true, [
            [0, 'page', 'iso_mount'], [300, 'page', 'firewall_rule_add'], [900, 'page', 'iso_unmount'],
        ]],
        'switched' => [true, [[0, 'page', 'reboot'], [1500, 'page', 'shutdown|stop'], [1500, 'page', 'start']]],
        'ended while it is made' => [false, [[400, 'module', 'Terminate']]],
        'ended with its backup' => [true, [[0, 'page', 'backup_now'], [2000, 'module', 'Terminate']]],
        'ended while it is backed up' => [true, [[0, 'page', 'backup_now'], [200, 'module', 'Terminate']]],
        'ended while it is restored' => [true, [
            [0, 'page', 'backup_now'], [1500, 'page', 'backup_restore'], [600, 'module', 'Terminate'],
        ]],
        'ended in suspension' => [true, [[0, 'module', 'Suspend'], [300, 'module', 'Terminate']]],
        'backup removed' => [true, [[0, 'page', 'backup_now'], [1500, 'page', 'backup_remove']]],
        'upgraded while it is backed up' => [true, [[0, 'page', 'backup_now'], [150, 'upgrade', '2']]],
    ];

    /** Commands that may be killed: what was cut off is done again by whoever clicked. */
    private const KILLABLE = ['module', 'upgrade'];

    public string $name;

    /** Whether it begins once the VM is ready; else with the order. */
    public bool $ready;

    /** @var Act[] */
    public array $acts = [];

    /** Which template: 9000 on a storage of its node, 9001 on a shared one. */
    public int $template;

    /** When the order is placed, in milliseconds after the round's start. */
    public int $at;

    /** Whether the order's first command is given twice. */
    public bool $twice;

    /** Draws a story. The random numbers are those of mt_rand, which the plan has seeded. */
    public static function draw(): self
    {
        $story = new self();
        $names = array_keys(self::KINDS);
        $story->name = $names[mt_rand(0, count($names) - 1)];
        [$story->ready, $acts] = self::KINDS[$story->name];
        $story->at = mt_rand(0, 2500);
        $story->template = mt_rand(0, 1) === 0 ? 9000 : 9001;
        $story->twice = mt_rand(0, 3) === 0;
        $after = 0;
        foreach ($acts as [$later, $way, $what]) {
            $after += intdiv($later * mt_rand(60, 160), 100);
            $choice = explode('|', $what);
            $act = new Act($after, $way, $choice[mt_rand(0, count($choice) - 1)]);
            $fate = mt_rand(0, 9);
            $moment = mt_rand(30, 450);
            $act->twice = $fate < 3;
            $act->killed = $fate === 9 && in_array($way, self::KILLABLE, true) ? $moment : 0;
            $story->acts[] = $act;
        }
        return $story;
    }

    /** One of an order that is placed and left alone. */
    public static function ofNothing(): self
    {
        $story = new self();
        [$story->name, $story->ready, $story->at, $story->template, $story->twice] = ['nothing', true, 0, 9000, false];
        return $story;
    }

    /** Whether something is done in it. */
    public function does(string $what): bool
    {
        return in_array($what, array_column($this->acts, 'what'), true);
    }

    /** Whether somebody switches the VM on or off by hand. */
    public function switches(): bool
    {
        $done = array_column($this->acts, 'what');
        return array_intersect($done, ['start', 'stop', 'shutdown', 'reboot', 'ChangePassword']) !== [];
    }

    /** Whether the VM may be as it was some time ago, with the password of that time. */
    public function goesBack(): bool
    {
        return $this->does('backup_restore') || $this->does('snapshot_rollback');
    }

    public function __toString(): string
    {
        $twice = $this->twice ? ', twice' : '';
        $text = sprintf('at %.1f s from template %d%s', $this->at / 1000, $this->template, $twice);
        $when = $this->ready ? 'when ready' : 'after the order';
        foreach ($this->acts as $act) {
            $text .= sprintf('; %s + %.1f s %s', $when, $act->after / 1000, $act);
        }
        return "$text ($this->name)";
    }
}
