<?php

/**
 * The runs of a VM's flows, drawn by the page's script from "runs" in its data.
 *
 * @var callable $e
 * @var callable $t
 */

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

?>
<div class="kvm-runs">
    <p class="kvm-muted" data-if="no_runs"><?= $t('admin_log_empty') ?></p>
    <template data-each="runs">
        <details class="kvm-run">
            <summary>
                <span class="kvm-mark" data-bind-class="level"></span>
                <strong data-bind="flow"></strong>
                <span class="kvm-code" data-bind="way"></span>
                <span class="kvm-muted"><span data-bind="started"></span><span data-if="finished"> – <span data-bind="finished"></span></span></span>
                <span class="kvm-tag" data-bind="count"></span>
            </summary>
            <div>
                <p class="kvm-bad" data-bind="error" data-if="error"></p>
                <table class="kvm-table">
                    <thead>
                        <tr>
                            <th scope="col"><?= $t('log_number') ?></th>
                            <th scope="col"><?= $t('log_step') ?></th>
                            <th scope="col"><?= $t('log_result') ?></th>
                            <th scope="col"><?= $t('log_way') ?></th>
                            <th scope="col"><?= $t('log_time') ?></th>
                            <th scope="col"><?= $t('log_duration') ?></th>
                        </tr>
                    </thead>
                    <tbody>
                        <template data-each="steps">
                            <tr data-bind-class="level">
                                <td data-bind="number"></td>
                                <td data-bind="label"></td>
                                <td class="kvm-result" data-bind="result"></td>
                                <td class="kvm-code" data-bind="way"></td>
                                <td data-bind="at"></td>
                                <td class="kvm-right" data-bind="seconds"></td>
                            </tr>
                        </template>
                    </tbody>
                </table>
            </div>
        </details>
    </template>
</div>
