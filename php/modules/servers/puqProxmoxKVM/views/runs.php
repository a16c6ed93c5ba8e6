<?php

/**
 * The runs of a VM's flows, drawn by the page's script from "runs" in its view.
 *
 * @var callable $e
 * @var callable $t
 */

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

?>
<div class="kvm-runs">
    <p class="kvm-muted" kvm-bind:hidden="!vm.view.no_runs"><?= $t('admin_log_empty') ?></p>
    <template kvm-for="run in vm.view.runs" kvm-bind:key="run.key">
        <details class="kvm-run">
            <summary>
                <span class="kvm-mark" kvm-bind:class="'is-' + run.level" aria-hidden="true"></span>
                <strong kvm-text="run.flow"></strong>
                <bdi dir="ltr" class="kvm-code" kvm-text="run.way"></bdi>
                <span class="kvm-muted"><span kvm-text="run.started"></span><span kvm-bind:hidden="!run.finished"> – <span kvm-text="run.finished"></span></span></span>
                <span class="kvm-tag" kvm-text="run.count"></span>
            </summary>
            <div>
                <p class="kvm-bad" kvm-text="run.error" kvm-bind:hidden="!run.error"></p>
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
                        <template kvm-for="(step, place) in run.steps" kvm-bind:key="place">
                            <tr kvm-bind:class="'is-' + step.level">
                                <td kvm-text="step.number"></td>
                                <td kvm-text="step.label"></td>
                                <td class="kvm-result" kvm-text="step.result"></td>
                                <td><bdi dir="ltr" class="kvm-code" kvm-text="step.way"></bdi></td>
                                <td kvm-text="step.at"></td>
                                <td class="kvm-right"><bdi dir="ltr" kvm-text="step.seconds"></bdi></td>
                            </tr>
                        </template>
                    </tbody>
                </table>
            </div>
        </details>
    </template>
</div>
