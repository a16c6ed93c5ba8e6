<?php

/**
 * The form of one thing of a list, and the way back to the list.
 *
 * @var callable $e
 * @var callable $t
 * @var callable $part
 * @var string $heading
 * @var string $error
 * @var string $link
 * @var string $token
 * @var string $page
 * @var string $back The page of the list.
 * @var int $id
 * @var array{scope: string, good: bool, text: string}|null $live What is said of the form while it is filled.
 * @var list<array<string, mixed>> $fields As a field has them; "for" names the kinds that have it, nothing all.
 */

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

?>
<div class="kvm-page-head"><h2><?= $e($heading) ?></h2></div>
<?php $part('trouble', ['error' => $error]); ?>
<form method="post" action="<?= $e($link) ?>&amp;page=<?= $e($page) ?>&amp;id=<?= $e($id) ?>" class="kvm-card">
    <div class="kvm-body">
        <input type="hidden" name="token" value="<?= $e($token) ?>">
        <input type="hidden" name="id" value="<?= $e($id) ?>">
        <div class="kvm-form">
            <?php foreach ($fields as $field) : ?>
            <div<?= isset($field['for']) ? ' data-for="' . $e($field['for']) . '"' : '' ?>>
                <?php $part('field', $field); ?>
            </div>
            <?php endforeach; ?>
        </div>
        <?php if ($live !== null) : ?>
        <p class="kvm-live<?= $live['good'] ? ' is-good' : '' ?>" role="status" data-live="<?= $e($link) ?>&amp;ajax=1" data-scope="<?= $e($live['scope']) ?>"><?= $e($live['text']) ?></p>
        <?php endif; ?>
        <div class="kvm-buttons">
            <button type="submit" class="btn btn-primary"><?= $t('save') ?></button>
            <a class="btn btn-default" href="<?= $e($link) ?>&amp;page=<?= $e($back) ?>"><?= $t('cancel') ?></a>
        </div>
    </div>
</form>
