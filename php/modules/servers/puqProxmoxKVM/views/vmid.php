<?php

/**
 * The number of the service's VM, to be changed when staff attach another one; saved with the service.
 *
 * @var callable $e
 * @var callable $t
 * @var string $number
 */

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

?>
<input type="hidden" name="puqkvm_vmid_present" value="<?= $e($number) ?>">
<input type="text" class="form-control input-150" inputmode="numeric" name="puqkvm_vmid" value="<?= $e($number) ?>">
<span class="help-block"><?= $t('admin_vmid_hint') ?></span>
