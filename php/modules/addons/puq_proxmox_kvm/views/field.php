<?php

/**
 * One labelled field of a form.
 *
 * @var callable $e
 * @var callable $t
 * @var string $name
 * @var string $label
 * @var string $value
 * @var string $error
 * @var string $hint Key of the text below the field, or nothing.
 * @var string $type
 * @var array<string, string>|null $options
 * @var string|null $placeholder
 */

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

$id = 'kvm-' . preg_replace('/[^a-z0-9]+/i', '-', $name);

?>
<div class="kvm-field<?= $error !== '' ? ' is-wrong' : '' ?>">
    <label for="<?= $e($id) ?>"><?= $e($label) ?></label>
    <?php if ($options !== null) : ?>
    <select class="form-control" id="<?= $e($id) ?>" name="<?= $e($name) ?>">
        <?php foreach ($options as $key => $text) : ?>
        <option value="<?= $e($key) ?>"<?= (string) $key === $value ? ' selected' : '' ?>><?= $e($text) ?></option>
        <?php endforeach; ?>
    </select>
    <?php else : ?>
    <input class="form-control" type="<?= $e($type) ?>" id="<?= $e($id) ?>" name="<?= $e($name) ?>" value="<?= $e($value) ?>" autocomplete="off" placeholder="<?= $e($placeholder ?? '') ?>"<?= $error !== '' ? ' aria-invalid="true"' : '' ?>>
    <?php endif; ?>
    <?php if ($error !== '') : ?>
    <p class="kvm-wrong" role="alert"><?= $e($error) ?></p>
    <?php elseif ($hint !== '') : ?>
    <p class="kvm-hint"><?= $t($hint) ?></p>
    <?php endif; ?>
</div>
