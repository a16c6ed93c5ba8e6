<?php

/**
 * One virtual machine: state, orders, log.
 *
 * @var callable $e
 * @var callable $t
 * @var callable $part
 * @var string $link
 * @var string $token
 * @var string $error
 * @var int $id
 * @var int $client
 * @var string $title
 * @var string $state
 * @var string $waiting
 * @var list<array<string, mixed>> $runs
 * @var list<string> $targets
 * @var string $name What is typed before the VM is destroyed or given up; empty: there is none.
 * @var string $vmid
 * @var string $addresses Its addresses, with commas between.
 */

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

$action = $link . '&page=vm&service_id=' . $id;

?>
<div class="kvm-page-head">
    <h2><a href="clientsservices.php?userid=<?= $e($client) ?>&amp;id=<?= $e($id) ?>">#<?= $e($id) ?></a> <?= $e($title) ?></h2>
    <div class="kvm-filters">
        <form class="kvm-inline" method="post" action="<?= $e($action) ?>">
            <input type="hidden" name="token" value="<?= $e($token) ?>">
            <input type="hidden" name="service_id" value="<?= $e($id) ?>">
            <input type="hidden" name="op" value="retry">
            <button type="submit" class="btn btn-default"><?= $t('retry') ?></button>
        </form>
        <button type="button" class="btn btn-warning" data-open="kvm-reset"><?= $t('reset') ?></button>
        <?php if ($state !== 'ready') : ?>
        <button type="button" class="btn btn-danger" data-open="kvm-redeploy"><?= $t('redeploy') ?></button>
        <?php endif; ?>
        <a class="btn btn-default" href="<?= $e($link) ?>&amp;page=record&amp;service_id=<?= $e($id) ?>"><?= $t('record') ?></a>
    </div>
</div>
<?php $part('trouble', ['error' => $error]); ?>
<dialog class="puq-kvm-ask" id="kvm-reset" aria-labelledby="kvm-reset-title">
    <form method="post" action="<?= $e($action) ?>">
        <input type="hidden" name="token" value="<?= $e($token) ?>">
        <input type="hidden" name="service_id" value="<?= $e($id) ?>">
        <input type="hidden" name="op" value="reset">
        <h3 id="kvm-reset-title"><?= $t('reset_to') ?></h3>
        <p class="kvm-muted"><?= $t('ask_reset') ?></p>
        <div class="kvm-choices" role="radiogroup" aria-labelledby="kvm-reset-title">
            <?php foreach ($targets as $target) : ?>
            <label><input type="radio" name="state" value="<?= $e($target) ?>" required><span class="kvm-code"><?= $e($target) ?></span><span><?= $t('reset_' . $target) ?></span></label>
            <?php endforeach; ?>
        </div>
        <?php if ($name !== '') : ?>
        <div data-for-state="terminate remove">
            <p><code>terminate</code>: <?= $t('lost_terminate', ['vmid' => $vmid, 'addresses' => $addresses !== '' ? $addresses : '–']) ?></p>
            <p><code>remove</code>: <?= $t('lost_remove', ['vmid' => $vmid, 'addresses' => $addresses !== '' ? $addresses : '–']) ?></p>
            <label class="kvm-type" for="kvm-reset-name"><?= $t('type_name', ['name' => $name]) ?></label>
            <input class="form-control" id="kvm-reset-name" name="confirm" autocomplete="off" spellcheck="false" dir="ltr">
        </div>
        <?php endif; ?>
        <div class="puq-kvm-ask-row">
            <button type="button" class="btn btn-default" data-close><?= $t('cancel') ?></button>
            <button type="submit" class="btn btn-warning"><?= $t('reset') ?></button>
        </div>
    </form>
</dialog>
<?php if ($state !== 'ready') : ?>
<dialog class="puq-kvm-ask" id="kvm-redeploy" aria-labelledby="kvm-redeploy-title">
    <form method="post" action="<?= $e($action) ?>">
        <input type="hidden" name="token" value="<?= $e($token) ?>">
        <input type="hidden" name="service_id" value="<?= $e($id) ?>">
        <input type="hidden" name="op" value="redeploy">
        <h3 id="kvm-redeploy-title"><?= $t('redeploy') ?></h3>
        <?php if ($name !== '') : ?>
        <p><?= $t('lost_redeploy', ['vmid' => $vmid]) ?></p>
        <label class="kvm-type" for="kvm-redeploy-name"><?= $t('type_name', ['name' => $name]) ?></label>
        <input class="form-control" id="kvm-redeploy-name" name="confirm" required autocomplete="off" spellcheck="false" dir="ltr">
        <?php else : ?>
        <p><?= $t('reset_creation') ?></p>
        <?php endif; ?>
        <div class="puq-kvm-ask-row">
            <button type="button" class="btn btn-default" data-close><?= $t('cancel') ?></button>
            <button type="submit" class="btn btn-danger"><?= $t('redeploy') ?></button>
        </div>
    </form>
</dialog>
<?php endif; ?>
<div class="kvm-card">
    <div class="kvm-body">
        <dl class="kvm-list kvm-facts">
            <div><dt><?= $t('vm_status') ?></dt><dd class="kvm-code"><?= $e($state) ?></dd></div>
            <?php if ($waiting !== '') : ?>
            <div><dt><?= $t('waiting') ?></dt><dd><?= $e($waiting) ?></dd></div>
            <?php endif; ?>
        </dl>
    </div>
</div>
<h3><?= $t('history', ['count' => count($runs)]) ?></h3>
<div class="kvm-card">
    <div class="kvm-body">
        <?php if ($runs === []) : ?>
        <p class="kvm-muted"><?= $t('history_empty') ?></p>
        <?php endif; ?>
        <?php foreach ($runs as $place => $run) : ?>
        <details class="kvm-run"<?= $place === 0 ? ' open' : '' ?>>
            <summary>
                <span class="kvm-mark is-<?= $e($run['level']) ?>"></span>
                <strong><?= $e($run['flow']) ?></strong>
                <span class="kvm-code"><?= $e($run['way']) ?></span>
                <span class="kvm-muted"><?= $e($run['started']) ?><?= $run['finished'] !== '' ? ' – ' . $e($run['finished']) : '' ?></span>
                <span class="kvm-tag"><?= $t('steps', ['count' => $run['count']]) ?></span>
            </summary>
            <div class="kvm-scroll" tabindex="0">
                <?php if ($run['error'] !== '') : ?>
                <p class="kvm-bad"><?= $e($run['error']) ?></p>
                <?php endif; ?>
                <table class="kvm-table">
                    <thead>
                        <tr>
                            <th scope="col">#</th>
                            <th scope="col"><?= $t('step') ?></th>
                            <th scope="col"><?= $t('result') ?></th>
                            <th scope="col"><?= $t('way') ?></th>
                            <th scope="col"><?= $t('time') ?></th>
                            <th scope="col"><?= $t('duration') ?></th>
                        </tr>
                    </thead>
                    <tbody>
                        <?php foreach ($run['steps'] as $step) : ?>
                        <tr class="is-<?= $e($step['level']) ?>">
                            <td><?= $e($step['number']) ?></td>
                            <td><?= $e($step['label']) ?></td>
                            <td class="kvm-result"><?= $e($step['result']) ?></td>
                            <td class="kvm-code"><?= $e($step['way']) ?></td>
                            <td class="kvm-nowrap"><?= $e($step['at']) ?></td>
                            <td class="kvm-right kvm-nowrap"><?= $e($step['seconds']) ?></td>
                        </tr>
                        <?php endforeach; ?>
                    </tbody>
                </table>
            </div>
        </details>
        <?php endforeach; ?>
    </div>
</div>
