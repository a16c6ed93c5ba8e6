<?php

/**
 * The product panel.
 *
 * @var callable $e
 * @var callable $t
 * @var callable $json
 * @var \PuqProxmoxKvm\Lang $lang
 * @var string $assets
 * @var string $version
 * @var string $address Of this page, with the cluster asked for its lists.
 * @var string $preview Of this page, asked for what the name rule makes.
 * @var string $at When the lists were last asked, or nothing.
 * @var bool $asks Whether there is a cluster to ask.
 * @var bool $saved Whether the product has settings.
 * @var array<int, string> $copies Products whose settings can be copied.
 * @var string $copy_error
 * @var string $refused Why nothing was saved, or nothing.
 * @var list<array<string, mixed>> $sections
 * @var list<array{level: string, text: string}> $banners
 * @var list<array{name: string, value: string}> $found What an earlier product left and nobody but a person can read.
 */

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

$secrets = [];

?>
<link rel="stylesheet" href="<?= $e($assets) ?>/kvm.css?v=<?= $e($version) ?>">
<link rel="stylesheet" href="<?= $e($assets) ?>/admin.css?v=<?= $e($version) ?>">
<div class="puq-kvm puq-kvm-admin" id="puq-kvm-product" data-product-panel
    data-endpoint="<?= $asks ? $e($address) : '' ?>"
    data-preview="<?= $e($preview) ?>"
    data-failed="<?= $t('js_refused') ?>">
    <?php if ($refused !== '') : ?>
    <div class="kvm-notice is-bad" role="alert"><?= $e($refused) ?></div>
    <?php endif; ?>
    <?php foreach ($banners as $banner) : ?>
    <div class="kvm-notice is-<?= $banner['level'] === 'danger' ? 'bad' : 'warn' ?>" role="status"><?= $e($banner['text']) ?></div>
    <?php endforeach; ?>
    <div data-list-banners></div>
    <?php if ($copies !== []) : ?>
    <details class="kvm-card kvm-section"<?= !$saved || $copy_error !== '' ? ' open' : '' ?>>
        <summary><?= $t('product_copy') ?></summary>
        <div class="kvm-form">
            <div class="kvm-field<?= $copy_error !== '' ? ' is-wrong' : '' ?>">
                <label for="puqkvm-copy"><?= $t('product_copy_from') ?></label>
                <select class="form-control" id="puqkvm-copy" name="puqkvm[copy_from]">
                    <option value="">–</option>
                    <?php foreach ($copies as $id => $name) : ?>
                    <option value="<?= $e($id) ?>"><?= $e($name) ?> (#<?= $e($id) ?>)</option>
                    <?php endforeach; ?>
                </select>
                <?php if ($copy_error !== '') : ?>
                <p class="kvm-wrong" role="alert"><?= $e($copy_error) ?></p>
                <?php endif; ?>
                <p class="kvm-hint"><?= $t('product_copy_hint') ?></p>
            </div>
        </div>
    </details>
    <?php endif; ?>
    <?php if ($asks) : ?>
    <p class="kvm-hint kvm-age"><span data-list-age><?= $at === '' ? '' : $t('product_lists_age', ['time' => $at]) ?></span></p>
    <noscript><p class="kvm-hint"><a href="<?= $e($address) ?>#puq-kvm-product"><?= $t('product_lists_load') ?></a></p></noscript>
    <?php endif; ?>
    <?php if ($found !== []) : ?>
    <details class="kvm-card kvm-section" data-found open>
        <summary><?= $t('product_found') ?></summary>
        <dl class="kvm-form">
            <?php foreach ($found as $setting) : ?>
            <div class="kvm-field">
                <dt><?= $e($setting['name']) ?></dt>
                <dd class="kvm-code"><?= $e($setting['value']) ?></dd>
            </div>
            <?php endforeach; ?>
        </dl>
    </details>
    <?php endif; ?>
    <?php foreach ($sections as $section) : ?>
    <details class="kvm-card kvm-section"<?= $section['open'] ? ' open' : '' ?>>
        <summary><?= $t('product_' . $section['key']) ?></summary>
        <div class="kvm-form">
            <?php foreach ($section['fields'] as $field) : ?>
                <?php if ($field['type'] === 'checkbox') : ?>
            <div class="kvm-field<?= $field['error'] !== '' ? ' is-wrong' : '' ?>">
                <div class="kvm-check">
                    <input type="hidden" name="<?= $e($field['name']) ?>" value="0">
                    <input type="checkbox" id="<?= $e($field['id']) ?>" name="<?= $e($field['name']) ?>" value="1" data-field="<?= $e($field['key']) ?>"<?= $field['on'] ? ' checked' : '' ?>>
                    <label for="<?= $e($field['id']) ?>"><?= $e($field['label']) ?></label>
                </div>
                    <?php if ($field['error'] !== '') : ?>
                <p class="kvm-wrong" role="alert"><?= $e($field['error']) ?></p>
                    <?php endif; ?>
            </div>
                <?php else : ?>
            <div class="kvm-field<?= $field['error'] !== '' ? ' is-wrong' : '' ?>">
                <label for="<?= $e($field['id']) ?>"><?= $e($field['label']) ?></label>
                <div class="kvm-input">
                    <?php if ($field['type'] === 'select') : ?>
                    <select class="form-control" id="<?= $e($field['id']) ?>" name="<?= $e($field['name']) ?>" data-field="<?= $e($field['key']) ?>">
                        <?php foreach ($field['options'] as $value => $text) : ?>
                        <option value="<?= $e($value) ?>"<?= (string) $value === $field['value'] ? ' selected' : '' ?>><?= $e($text) ?></option>
                        <?php endforeach; ?>
                        <?php if (!array_key_exists($field['value'], $field['options'])) : ?>
                        <option value="<?= $e($field['value']) ?>" selected><?= $field['value'] === '' ? '–' : $e($field['value']) ?></option>
                        <?php endif; ?>
                    </select>
                    <?php else : ?>
                    <input class="form-control" type="<?= $e($field['type']) ?>" id="<?= $e($field['id']) ?>" name="<?= $e($field['name']) ?>" value="<?= $e($field['value']) ?>" placeholder="<?= $e($field['placeholder']) ?>" data-field="<?= $e($field['key']) ?>" autocomplete="<?= $field['type'] === 'password' ? 'new-password' : 'off' ?>"<?= $field['type'] === 'number' ? ' step="any"' : '' ?><?= $field['min'] !== null ? ' min="' . $e($field['min']) . '"' : '' ?><?= $field['max'] !== null ? ' max="' . $e($field['max']) . '"' : '' ?><?= $field['options'] !== [] ? ' list="' . $e($field['id']) . '-list"' : '' ?>>
                        <?php if ($field['options'] !== []) : ?>
                    <datalist id="<?= $e($field['id']) ?>-list">
                            <?php foreach ($field['options'] as $value => $text) : ?>
                        <option value="<?= $e($value) ?>"><?= $e($text) ?></option>
                            <?php endforeach; ?>
                    </datalist>
                        <?php endif; ?>
                    <?php endif; ?>
                    <?php if ($field['unit'] !== '') : ?>
                    <span class="kvm-muted"><?= $e($field['unit']) ?></span>
                    <?php endif; ?>
                    <?php if ($field['refresh']) : ?>
                    <button type="button" class="btn btn-default btn-sm" data-refresh title="<?= $t('product_refresh') ?>" aria-label="<?= $t('product_refresh') ?>">↻</button>
                    <?php endif; ?>
                </div>
                    <?php if ($field['error'] !== '') : ?>
                <p class="kvm-wrong" role="alert"><?= $e($field['error']) ?></p>
                    <?php endif; ?>
                    <?php if ($field['option'] !== '') : ?>
                <p class="kvm-hint"><?= $t('product_option', ['name' => $field['option']]) ?></p>
                    <?php endif; ?>
                    <?php if ($field['key'] === 'name_rule') : ?>
                <p class="kvm-hint"><?= $t('product_preview') ?>: <span class="kvm-code" data-name-example></span></p>
                    <?php endif; ?>
            </div>
                    <?php
                    if ($field['type'] === 'password') {
                        $secrets[] = $field['key'];
                    }
                    ?>
                <?php endif; ?>
            <?php endforeach; ?>
        </div>
    </details>
    <?php endforeach; ?>
    <input type="hidden" name="puqkvm[_secrets]" value="<?= $e(implode(',', $secrets)) ?>">
</div>
<script src="<?= $e($assets) ?>/admin.js?v=<?= $e($version) ?>"></script>
