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
 */

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

?>
<div class="kvm-page-head">
    <h2><?= $t('nav_zones') ?></h2>
    <a class="btn btn-primary" href="<?= $e($link) ?>&amp;page=zone"><?= $t('zone_add') ?></a>
</div>
<?php $part('trouble', ['error' => $error]); ?>
<div class="kvm-card">
    <?php if ($data === []) : ?>
    <div class="kvm-body"><p class="kvm-muted"><?= $t('zones_empty') ?></p></div>
    <?php else : ?>
    <div class="kvm-scroll">
        <table class="kvm-table is-short">
            <thead>
                <tr>
                    <th scope="col">ID</th>
                    <th scope="col"><?= $t('zone_zone') ?></th>
                    <th scope="col"><?= $t('zone_type') ?></th>
                    <th scope="col"><?= $t('zone_where') ?></th>
                    <th scope="col"></th>
                </tr>
            </thead>
            <tbody>
                <?php foreach ($data as $zone) : ?>
                <tr>
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
                            <button type="submit" class="btn btn-danger btn-sm"><?= $t('delete') ?></button>
                        </form>
                    </td>
                </tr>
                <?php endforeach; ?>
            </tbody>
        </table>
    </div>
    <?php endif; ?>
</div>
