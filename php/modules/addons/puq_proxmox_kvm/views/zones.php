<?php

/**
 * The list of DNS zones.
 *
 * @var callable $e
 * @var callable $t
 * @var callable $part
 * @var \PuqProxmoxKvm\Lang $lang
 * @var string $link
 * @var string $token
 * @var string $error
 * @var list<array<string, mixed>> $data
 * @var int $asked The one whose deletion is to be confirmed; 0: none.
 */

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

$row = static function (array $zone) use ($e, $t, $lang, $link, $token, $asked): void {
    ?>
                    <td><?= $e($zone['id'] ?? '') ?></td>
                    <td><strong class="kvm-code"><?= $e($zone['zone'] ?? '') ?></strong></td>
                    <td><span class="kvm-tag kvm-nowrap"><?= $e($lang->find('zone_type_' . ($zone['type'] ?? '')) ?? $zone['type'] ?? '') ?></span></td>
                    <td class="kvm-code"><?= $e($zone['path'] ?? $zone['url'] ?? '') ?></td>
                    <td class="kvm-right kvm-nowrap">
                        <form class="kvm-inline" method="post" action="<?= $e($link) ?>&amp;page=zones">
                            <input type="hidden" name="token" value="<?= $e($token) ?>">
                            <input type="hidden" name="id" value="<?= $e($zone['id'] ?? '') ?>">
                            <input type="hidden" name="op" value="test">
                            <button type="submit" class="btn btn-default btn-sm"><?= $t('test') ?></button>
                        </form>
                        <a class="btn btn-default btn-sm" href="<?= $e($link) ?>&amp;page=zone&amp;id=<?= $e($zone['id'] ?? '') ?>"><?= $t('edit') ?></a>
                        <form class="kvm-inline" method="post" action="<?= $e($link) ?>&amp;page=zones" data-ask="<?= $t('zone_ask_delete') ?>">
                            <input type="hidden" name="token" value="<?= $e($token) ?>">
                            <input type="hidden" name="id" value="<?= $e($zone['id'] ?? '') ?>">
                            <input type="hidden" name="op" value="delete">
                            <?php if ($asked === (int) ($zone['id'] ?? 0)) : ?>
                            <input type="hidden" name="confirmed" value="1">
                            <?php endif; ?>
                            <button type="submit" class="btn btn-danger btn-sm"><?= $t($asked === (int) ($zone['id'] ?? 0) ? 'delete_anyway' : 'delete') ?></button>
                        </form>
                    </td>
    <?php
};

$part('list', [
    'heading' => $lang->text('nav_zones'),
    'search' => null,
    'error' => $error,
    'add' => $link . '&page=zone',
    'adding' => $lang->text('zone_add'),
    'empty' => $lang->text('zones_empty'),
    'short' => true,
    'columns' => ['ID', $lang->text('zone_zone'), $lang->text('zone_type'), $lang->text('zone_where')],
    'rows' => $data,
    'row' => $row,
]);
