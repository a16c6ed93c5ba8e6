<?php

/**
 * The manual.
 *
 * @var callable $e
 * @var callable $t
 * @var callable $part
 * @var string $error
 * @var array<string, mixed> $manual
 * @var array<string, mixed> $lists What the extension lists.
 * @var bool $borrowed Whether the prose is in English, and the reader's language another one.
 */

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

// What stands between ` is code.
$text = static function (string $words) use ($e): void {
    foreach (explode('`', $words) as $place => $piece) {
        if ($place % 2 === 1) {
            ?><code dir="ltr"><?= $e($piece) ?></code><?php
        } else {
            ?><?= $e($piece) ?><?php
        }
    }
};
$code = static function (string $words) use ($e): void {
    ?>
        <pre class="kvm-code" dir="ltr" tabindex="0"><?= $e($words) ?></pre>
    <?php
};
$table = static function (array $heads, array $rows) use ($e): void {
    ?>
        <div class="kvm-scroll" tabindex="0">
            <table class="kvm-table">
                <thead>
                    <tr>
                        <?php foreach ($heads as $head) : ?>
                        <th scope="col"><?= $e($head) ?></th>
                        <?php endforeach; ?>
                    </tr>
                </thead>
                <tbody>
                    <?php foreach ($rows as $row) : ?>
                    <tr>
                        <?php foreach ($row as $class => $cell) : ?>
                        <td><bdi<?= is_string($class) ? '' : ' dir="ltr" class="kvm-code"' ?>><?= $e($cell) ?></bdi></td>
                        <?php endforeach; ?>
                    </tr>
                    <?php endforeach; ?>
                </tbody>
            </table>
        </div>
    <?php
};
$heads = $manual['heads'];
$generated = static function (string $what) use ($lists, $heads, $code, $table): void {
    $list = (array) ($lists[$what] ?? []);
    switch ($what) {
        case 'grant':
            $code((string) ($lists['grant'] ?? ''));
            break;
        case 'cron':
            $code((string) ($lists['cron_line'] ?? ''));
            break;
        case 'privileges':
            $table([$heads['name'], $heads['path'], $heads['why']], array_map(static function (array $one): array {
                return [$one['name'], $one['path'], 'why' => $one['why']];
            }, $list));
            break;
        case 'options':
            $columns = [$heads['name'], $heads['values'], $heads['example'], $heads['legacy']];
            $table($columns, array_map(static function (array $one) use ($heads): array {
                $values = $one['low'] === null ? 'VM ID' : strtr($heads['to'], [':low' => $one['low'], ':high' => $one['high']]);
                return [$one['name'], 'values' => trim($values . ' ' . $one['unit']), $one['example'], $one['legacy'] ?? ''];
            }, $list));
            break;
        case 'mails':
            $table([$heads['name'], $heads['fields']], array_map(static function (array $one): array {
                return [$one['name'], implode(' ', $one['fields'])];
            }, $list));
            break;
        case 'mail_fields':
            $code(implode("\n", array_map(static function (string $field): string {
                return '{$' . $field . '}';
            }, $list)));
            break;
        case 'keys':
            $code(implode(', ', (array) ($lists['key_fields'] ?? [])));
            break;
        default:
            $code(implode("\n", $list));
    }
};

?>
<div class="kvm-page-head"><h2><?= $t('nav_help') ?></h2></div>
<?php $part('trouble', ['error' => $error]); ?>
<div class="kvm-manual"<?= $borrowed ? ' lang="en" dir="ltr"' : '' ?>>
    <nav class="kvm-card" aria-label="<?= $t('nav_help') ?>"><div class="kvm-body">
        <ul>
            <?php foreach ($manual['sections'] as $name => [$title]) : ?>
            <li><a href="#kvm-help-<?= $e($name) ?>"><?= $e($title) ?></a></li>
            <?php endforeach; ?>
        </ul>
    </div></nav>
    <div>
    <?php foreach ($manual['sections'] as $name => [$title, $blocks]) : ?>
    <section class="kvm-card" id="kvm-help-<?= $e($name) ?>"><div class="kvm-body">
        <h3><?= $e($title) ?></h3>
        <?php foreach ($blocks as $block) : ?>
            <?php if (is_string($block)) : ?>
        <p><?php $text($block); ?></p>
            <?php elseif (isset($block['code'])) : ?>
                <?php $code($block['code']); ?>
            <?php elseif (isset($block['generated'])) : ?>
                <?php $generated($block['generated']); ?>
            <?php elseif (isset($block['questions'])) : ?>
        <dl>
                <?php foreach ($block['questions'] as [$question, $reply]) : ?>
            <dt><?php $text($question); ?></dt>
            <dd><?php $text($reply); ?></dd>
                <?php endforeach; ?>
        </dl>
            <?php else : ?>
                <?php $kind = isset($block['steps']) ? 'ol' : 'ul'; ?>
        <<?= $e($kind) ?>>
                <?php foreach ($block['steps'] ?? $block['points'] as $line) : ?>
            <li><?php $text($line); ?></li>
                <?php endforeach; ?>
        </<?= $e($kind) ?>>
            <?php endif; ?>
        <?php endforeach; ?>
    </div></section>
    <?php endforeach; ?>
    </div>
</div>
