<?php

/**
 * The panel on the admin's page of a service: the staff's own part, and the parts of the client's page. The attributes
 * kvm-… are Alpine's, as in those.
 *
 * @var callable $e
 * @var callable $t
 * @var callable $json
 * @var callable $part
 * @var \PuqProxmoxKvm\Lang $lang
 * @var string $assets
 * @var string $version
 * @var string $token
 * @var int $service
 * @var array{endpoint: string, params: array<string, scalar>} $road Where the scripts ask.
 * @var array<string, string> $tabs Part, then its name.
 * @var callable $shared Prints a part, escaped by its own template.
 * @var array<string, string> $texts For the scripts.
 * @var array<string, string> $legend Command, then what it does.
 * @var array{text: string, good: bool}|null $news What came of the last save.
 * @var string $right The right that the reader lacks to change anything, or nothing.
 * @var bool $addon Whether the addon's pages open for the reader.
 * @var array<string, mixed> $view
 */

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

$params = $road['params'] + ['token' => $token];
$addonPage = 'addonmodules.php?module=puq_proxmox_kvm&service_id=' . $service . '&page=';

?>
<link rel="stylesheet" href="<?= $e($assets) ?>/kvm.css?v=<?= $e($version) ?>">
<link rel="stylesheet" href="<?= $e($assets) ?>/admin.css?v=<?= $e($version) ?>">
<link rel="stylesheet" href="<?= $e($assets) ?>/built/staff.css?v=<?= $e($version) ?>">
<div class="puq-kvm kvm-staff" data-kvm kvm-data="machine"<?= $lang->rightToLeft() ? ' dir="rtl"' : '' ?>
    data-endpoint="<?= $e($road['endpoint']) ?>"
    data-locale="<?= $e($lang->locale()) ?>"
    data-params="<?= $json($params) ?>"
    data-view="<?= $json($view) ?>"
    data-texts="<?= $json($texts) ?>">

    <div class="kvm-card kvm-head">
        <div class="kvm-body">
            <div class="kvm-title">
                <span class="kvm-pill" kvm-bind:class="vm.pill()" aria-live="polite"><i class="kvm-dot" aria-hidden="true"></i><span kvm-text="vm.view.status.label"><?= $e($view['status']['label']) ?></span></span>
                <h2><bdi kvm-text="vm.view.name"><?= $e($view['name']) ?></bdi></h2>
                <p class="kvm-muted">
                    <span>VM <bdi dir="ltr" kvm-text="vm.view.identity.vmid"><?= $e($view['identity']['vmid']) ?></bdi></span>
                    <span kvm-bind:hidden="!vm.view.os" kvm-text="vm.view.os" hidden></span>
                    <span kvm-bind:hidden="!vm.view.uptime" kvm-text="vm.view.uptime" hidden></span>
                    <span class="kvm-lock" kvm-bind:hidden="!vm.view.lock" kvm-text="vm.view.lock" hidden></span>
                </p>
                <p class="kvm-muted kvm-small" kvm-text="vm.asOfText()" kvm-bind:hidden="!vm.asOfText()" hidden></p>
            </div>
            <div class="kvm-power">
                <div class="kvm-actions">
                    <template kvm-for="one in vm.view.buttons" kvm-bind:key="one.op">
                        <button type="button" class="btn" kvm-bind:data-op="one.op" kvm-bind:class="(one.isLoss ? 'btn-danger' : 'btn-default') + (vm.sending === one.op ? ' kvm-busy' : '')" kvm-bind:disabled="one.refused || vm.sending !== '' || vm.stop !== ''" kvm-on:click="vm.order(one)" kvm-text="one.label"></button>
                    </template>
                </div>
                <template kvm-for="one in vm.view.buttons" kvm-bind:key="one.op"><p class="kvm-why" kvm-bind:hidden="!one.why"><span kvm-text="one.label"></span>: <span kvm-text="one.why"></span></p></template>
            </div>
        </div>
    </div>

    <?php if ($right !== '') : ?>
    <div class="kvm-notice is-warn" role="status"><?= $e((string) $lang->sentence('no_right', ['right' => $right])) ?></div>
    <?php endif; ?>
    <?php if ($news !== null) : ?>
    <div class="kvm-notice <?= $news['good'] ? 'is-good' : 'is-bad' ?>" role="<?= $news['good'] ? 'status' : 'alert' ?>" data-news><?= $e($news['text']) ?></div>
    <?php endif; ?>
    <div class="kvm-notice" data-notice kvm-bind:class="vm.isGoodNews ? 'is-good' : 'is-bad'" kvm-bind:hidden="!vm.news" kvm-text="vm.news" role="status" aria-live="polite" hidden></div>
    <div class="kvm-notice kvm-lost is-bad" kvm-bind:hidden="!vm.isStale()" role="alert" hidden>
        <span kvm-text="vm.isStale() ? vm.lostText() : ''"></span>
        <button type="button" class="btn btn-default btn-sm" kvm-on:click="vm.reload()"><?= $t('client_reload') ?></button>
    </div>

    <template kvm-if="vm.view.progress">
        <div class="kvm-card kvm-progress"><div class="kvm-body">
            <h3 kvm-text="vm.view.progress.title"></h3>
            <div class="kvm-bar" kvm-bind:class="vm.view.waiting ? 'is-middle' : 'is-moving'" role="progressbar" aria-valuemin="0" aria-valuemax="100" kvm-bind:aria-valuenow="vm.view.progress.percent" aria-label="<?= $t('client_progress') ?>"><span kvm-width="vm.view.progress.percent"></span></div>
            <p><strong kvm-text="vm.view.progress.step" kvm-bind:hidden="!vm.view.progress.step"></strong> <span class="kvm-pace" kvm-text="vm.pace()"></span></p>
            <p kvm-bind:hidden="!vm.view.waiting"><strong><?= $t('admin_waiting') ?>:</strong> <span kvm-text="vm.view.waiting"></span> <span class="kvm-muted" kvm-text="vm.view.since" kvm-bind:hidden="!vm.view.since"></span></p>
        </div></div>
    </template>
    <template kvm-if="vm.view.trouble"><div class="kvm-card kvm-trouble" role="alert"><div class="kvm-body"><p kvm-text="vm.view.trouble.text"></p></div></div></template>
    <template kvm-if="vm.view.failed"><div class="kvm-card kvm-trouble" role="alert"><div class="kvm-body"><p kvm-text="vm.view.failed"></p></div></div></template>
    <template kvm-if="vm.view.notice"><div class="kvm-card kvm-trouble" role="status"><div class="kvm-body"><p kvm-text="vm.view.notice"></p></div></div></template>

    <template kvm-if="vm.view.requests.length > 0">
        <div class="kvm-card"><div class="kvm-body">
            <h3><?= $t('client_requests') ?></h3>
            <div aria-live="polite">
                <template kvm-for="one in vm.view.requests" kvm-bind:key="one.args.id">
                    <div class="kvm-request">
                        <div class="kvm-grow">
                            <div><span class="kvm-mark" kvm-bind:class="'is-' + one.level" aria-hidden="true"></span> <strong kvm-text="one.label"></strong> <bdi class="kvm-code kvm-small" kvm-text="vm.subject(one)" kvm-bind:hidden="!one.subject"></bdi> – <span kvm-text="one.outcome"></span> <span class="kvm-muted kvm-small" kvm-text="vm.words.moment(one.at)"></span></div>
                            <p kvm-text="one.why" kvm-bind:hidden="!one.why"></p>
                        </div>
                        <button type="button" class="btn btn-default btn-sm" data-op="request_seen" kvm-bind:hidden="!one.ended" kvm-on:click="vm.dismiss(one.args.id)"><?= $t('client_dismiss') ?></button>
                    </div>
                </template>
            </div>
        </div></div>
    </template>

    <template kvm-if="vm.view.taken">
        <div class="kvm-card" data-taken><div class="kvm-body">
            <h3><?= $t('admin_taken') ?></h3>
            <dl class="kvm-list kvm-columns">
                <div><dt>VM</dt><dd><bdi dir="ltr" class="kvm-code" kvm-text="vm.view.identity.vmid"></bdi> <bdi kvm-text="vm.view.taken.name"></bdi></dd></div>
                <div><dt><?= $t('log_time') ?></dt><dd kvm-text="vm.words.moment(vm.view.taken.at)"></dd></div>
                <div><dt>MAC</dt><dd><bdi dir="ltr" class="kvm-code" kvm-text="vm.view.taken.mac || '–'"></bdi></dd></div>
                <div><dt><?= $t('admin_taken_addresses') ?></dt><dd><bdi dir="ltr" class="kvm-code" kvm-text="vm.view.taken.configured"></bdi></dd></div>
            </dl>
            <h4 class="kvm-above" kvm-bind:hidden="vm.view.taken.left.length === 0"><?= $t('admin_taken_left') ?></h4>
            <ul class="kvm-left" kvm-bind:hidden="vm.view.taken.left.length === 0"><template kvm-for="one in vm.view.taken.left" kvm-bind:key="one"><li kvm-text="one"></li></template></ul>
        </div></div>
    </template>

    <?php if (count($tabs) > 1) : ?>
    <nav class="kvm-tabs" aria-label="<?= $t('client_tabs') ?>">
        <?php foreach ($tabs as $name => $label) : ?>
        <a href="#<?= $e($name) ?>" data-tab="<?= $e($name) ?>" kvm-bind:aria-current="vm.tab === $el.dataset.tab ? 'page' : false"><?= $e($label) ?></a>
        <?php endforeach; ?>
    </nav>
    <?php endif; ?>

    <?php foreach (array_keys($tabs) as $name) : ?>
    <section class="kvm-pane" data-pane="<?= $e($name) ?>"<?= $name === 'overview' ? '' : ' hidden' ?> kvm-bind:hidden="vm.tab !== $el.dataset.pane">
        <div class="kvm-notice is-warn" data-withheld role="status" kvm-bind:hidden="!vm.view.withheld.includes('<?= $e($name) ?>')" hidden><?= $t('admin_withheld') ?></div>
        <?php if ($name === 'overview') : ?>
        <div class="kvm-grid">
            <div class="kvm-card"><div class="kvm-body">
                <h3><?= $t('admin_panel') ?></h3>
                <dl class="kvm-list">
                    <div><dt><?= $t('admin_state') ?></dt><dd class="kvm-code"><bdi dir="ltr" kvm-text="vm.view.state"></bdi></dd></div>
                    <div><dt>VM ID</dt><dd class="kvm-code" kvm-text="vm.view.identity.vmid"></dd></div>
                    <div><dt><?= $t('admin_node') ?></dt><dd class="kvm-code"><bdi dir="ltr" kvm-text="vm.view.identity.node"></bdi></dd></div>
                    <div><dt><?= $t('admin_cluster') ?></dt><dd class="kvm-code"><bdi dir="ltr" kvm-text="vm.view.identity.cluster"></bdi></dd></div>
                    <div><dt><?= $t('admin_mark') ?></dt><dd class="kvm-code"><bdi dir="ltr" kvm-text="vm.view.identity.mark"></bdi></dd></div>
                    <div><dt><?= $t('admin_rev') ?></dt><dd class="kvm-code" kvm-text="vm.view.identity.rev"></dd></div>
                    <div><dt><?= $t('admin_api') ?></dt><dd><span class="kvm-mark" kvm-bind:class="'is-' + vm.view.api.key" aria-hidden="true"></span> <span kvm-text="vm.view.api.text"></span></dd></div>
                </dl>
                <?php if ($addon) : ?>
                <p class="kvm-above"><a href="<?= $e($addonPage) ?>record"><?= $t('admin_record') ?></a></p>
                <?php endif; ?>
            </div></div>
            <div class="kvm-card kvm-wide" data-package kvm-bind:hidden="vm.view.plan.length === 0"><div class="kvm-body">
                <div class="kvm-line"><h3><?= $t('admin_plan') ?></h3><span class="kvm-tag is-differs" kvm-bind:hidden="!vm.view.differs" hidden><?= $t('admin_differs') ?></span></div>
                <div class="kvm-scroll" tabindex="0" role="region" aria-label="<?= $t('admin_plan') ?>">
                    <table class="table kvm-table">
                        <thead><tr><th scope="col"><?= $t('admin_value') ?></th><th scope="col"><?= $t('admin_sold') ?></th><th scope="col"><?= $t('admin_real') ?></th></tr></thead>
                        <tbody>
                            <template kvm-for="one in vm.view.plan" kvm-bind:key="one.key">
                                <tr kvm-bind:data-row="one.key" kvm-bind:class="one.differs ? 'is-differs' : ''">
                                    <th scope="row" kvm-text="one.label"></th>
                                    <td><bdi kvm-text="one.value"></bdi></td>
                                    <td><bdi kvm-text="one.real || '–'"></bdi> <span class="kvm-tag is-differs" kvm-bind:hidden="!one.differs"><?= $t('admin_differs') ?></span><span class="kvm-todo kvm-small" kvm-bind:hidden="!one.todo" kvm-text="one.todo"></span></td>
                                </tr>
                            </template>
                        </tbody>
                    </table>
                </div>
            </div></div>
        </div>
        <?php endif; ?>
        <?php $shared($name); ?>
    </section>
    <?php endforeach; ?>

    <details class="kvm-card kvm-more" data-legend><summary><?= $t('admin_legend') ?></summary><div class="kvm-body">
        <p class="kvm-muted"><?= $t('legend_marks') ?></p>
        <dl class="kvm-legend">
            <?php foreach ($legend as $command => $text) : ?>
            <div><dt><bdi dir="ltr" class="kvm-code"><?= $e($command) ?></bdi></dt><dd><?= $e($text) ?></dd></div>
            <?php endforeach; ?>
        </dl>
    </div></details>

    <div class="puq-kvm-admin"><div class="kvm-card"><div class="kvm-body">
        <div class="kvm-line"><h3><?= $t('admin_log') ?></h3>
            <?php if ($addon) : ?>
            <a href="<?= $e($addonPage) ?>vm"><?= $t('admin_open_log') ?></a>
            <?php endif; ?>
        </div>
        <?php $part('runs'); ?>
    </div></div></div>
</div>
<script src="<?= $e($assets) ?>/built/staff.js?v=<?= $e($version) ?>" defer></script>
