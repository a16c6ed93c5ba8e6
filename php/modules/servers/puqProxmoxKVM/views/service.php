<?php

/**
 * The panel on the admin's page of a service.
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
 * @var string $right The right that the reader lacks to change anything, or nothing.
 * @var bool $addon Whether the addon's pages open for the reader.
 * @var array<string, mixed> $view
 */

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

$params = $road['params'] + ['token' => $token];

?>
<link rel="stylesheet" href="<?= $e($assets) ?>/kvm.css?v=<?= $e($version) ?>">
<link rel="stylesheet" href="<?= $e($assets) ?>/admin.css?v=<?= $e($version) ?>">
<div class="puq-kvm puq-kvm-admin" data-kvm data-guard-commands
    data-endpoint="<?= $e($road['endpoint']) ?>"
    data-params="<?= $json($params) ?>"
    data-view="<?= $json($view) ?>"
    data-texts="<?= $json($lang->group('js_') + $lang->group('ask_')) ?>">

    <div class="kvm-card kvm-head">
        <div class="kvm-body">
            <div class="kvm-title">
                <span class="kvm-pill" data-bind-class="status.key" aria-live="polite"><i class="kvm-dot" aria-hidden="true"></i><span data-bind="status.label"></span></span>
                <h2 data-bind="name"></h2>
                <p class="kvm-muted">
                    <span>VM <span data-bind="identity.vmid"></span></span>
                    <span data-bind="os" data-if="os"></span>
                    <span data-bind="uptime" data-if="uptime"></span>
                    <span class="kvm-lock" data-bind="lock" data-if="lock"></span>
                </p>
            </div>
            <div class="kvm-actions">
                <template data-each="buttons">
                    <button type="button" class="btn btn-default" data-op="" data-off="refused" data-why="why" data-bind="label"></button>
                </template>
            </div>
        </div>
    </div>

    <?php if ($right !== '') : ?>
    <div class="kvm-notice is-warn" role="status"><?= $e((string) $lang->sentence('no_right', ['right' => $right])) ?></div>
    <?php endif; ?>
    <div class="kvm-notice" data-notice role="status" aria-live="polite" hidden></div>

    <div class="kvm-card kvm-progress" data-if="progress" hidden>
        <div class="kvm-body">
            <h3 data-bind="progress.step"></h3>
            <div class="kvm-bar is-moving" role="progressbar" aria-valuemin="0" aria-valuemax="100" data-bind-now="progress.percent" aria-label="<?= $t('client_progress') ?>"><span data-bind-width="progress.percent"></span></div>
            <p data-if="waiting"><strong><?= $t('admin_waiting') ?>:</strong> <span data-bind="waiting"></span> <span class="kvm-muted" data-bind="since" data-if="since"></span></p>
        </div>
    </div>
    <div class="kvm-card kvm-trouble" data-if="trouble" role="alert" hidden><div class="kvm-body"><p data-bind="trouble.text"></p></div></div>
    <div class="kvm-card kvm-trouble" data-if="failed" role="alert" hidden><div class="kvm-body"><p data-bind="failed"></p></div></div>

    <div class="kvm-card" data-if="requests.length" hidden>
        <div class="kvm-body">
            <h3><?= $t('client_requests') ?></h3>
            <div aria-live="polite">
                <template data-each="requests">
                    <div class="kvm-request">
                        <div class="kvm-grow">
                            <div><span class="kvm-mark" data-bind-class="level"></span> <strong data-bind="label"></strong> <span class="kvm-code kvm-small" data-bind="subject" data-if="subject"></span> – <span data-bind="outcome"></span> <span class="kvm-muted kvm-small" data-bind="when"></span></div>
                            <p data-bind="why" data-if="why"></p>
                        </div>
                        <button type="button" class="btn btn-default btn-sm" data-op="request_seen" data-if="ended"><?= $t('client_dismiss') ?></button>
                    </div>
                </template>
            </div>
        </div>
    </div>
    <div class="kvm-card kvm-trouble" data-if="notice" role="status" hidden><div class="kvm-body"><p data-bind="notice"></p></div></div>

    <div class="kvm-grid">
        <div class="kvm-card">
            <div class="kvm-body">
                <h3><?= $t('admin_panel') ?></h3>
                <dl class="kvm-list">
                    <div><dt><?= $t('admin_state') ?></dt><dd class="kvm-code" data-bind="state"></dd></div>
                    <div><dt>VM ID</dt><dd class="kvm-code" data-bind="identity.vmid"></dd></div>
                    <div><dt><?= $t('admin_node') ?></dt><dd class="kvm-code" data-bind="identity.node"></dd></div>
                    <div><dt><?= $t('admin_cluster') ?></dt><dd class="kvm-code" data-bind="identity.cluster"></dd></div>
                    <div><dt><?= $t('admin_mark') ?></dt><dd class="kvm-code" data-bind="identity.mark"></dd></div>
                    <div><dt><?= $t('admin_rev') ?></dt><dd class="kvm-code" data-bind="identity.rev"></dd></div>
                    <div><dt><?= $t('admin_api') ?></dt><dd><span class="kvm-mark" data-bind-class="api.key"></span> <span data-bind="api.text"></span></dd></div>
                </dl>
            </div>
        </div>
        <div class="kvm-card" data-if="live" hidden>
            <div class="kvm-body">
                <div class="kvm-line"><h3><?= $t('client_cpu') ?></h3><strong data-bind="live.cpu.number"></strong></div>
                <div class="kvm-bar" data-bind-class="live.cpu.level" role="progressbar" aria-valuemin="0" aria-valuemax="100" data-bind-now="live.cpu.percent" aria-label="<?= $t('client_cpu') ?>"><span data-bind-width="live.cpu.percent"></span></div>
                <p class="kvm-muted" data-bind="live.cpu.text"></p>
                <div class="kvm-line kvm-above"><h3><?= $t('client_memory') ?></h3><strong data-bind="live.memory.number"></strong></div>
                <div class="kvm-bar" data-bind-class="live.memory.level" role="progressbar" aria-valuemin="0" aria-valuemax="100" data-bind-now="live.memory.percent" aria-label="<?= $t('client_memory') ?>"><span data-bind-width="live.memory.percent"></span></div>
                <p class="kvm-muted" data-bind="live.memory.text"></p>
            </div>
        </div>
        <div class="kvm-card" data-if="live" hidden>
            <div class="kvm-body">
                <h3><?= $t('client_storage') ?></h3>
                <div>
                    <template data-each="live.disks">
                        <div class="kvm-disk">
                            <div class="kvm-line"><span><span data-bind="title"></span> <span class="kvm-muted kvm-code" data-bind="slot"></span></span><strong data-bind="size"></strong></div>
                            <p class="kvm-muted kvm-small"><?= $t('client_read') ?> <span data-bind="read"></span> · <?= $t('client_write') ?> <span data-bind="write"></span></p>
                        </div>
                    </template>
                </div>
            </div>
        </div>
        <div class="kvm-card" data-if="live" hidden>
            <div class="kvm-body">
                <h3><?= $t('client_network') ?></h3>
                <dl class="kvm-list">
                    <div><dt><?= $t('client_adapter') ?></dt><dd data-bind="live.net.model"></dd></div>
                    <div><dt>MAC</dt><dd class="kvm-code" data-bind="live.net.mac"></dd></div>
                    <div><dt><?= $t('client_bandwidth') ?></dt><dd data-bind="live.net.rate"></dd></div>
                    <div data-if="live.net.bridge"><dt><?= $t('admin_bridge') ?></dt><dd class="kvm-code" data-bind="live.net.bridge"></dd></div>
                    <div data-if="live.net.vlan"><dt><?= $t('admin_vlan') ?></dt><dd class="kvm-code" data-bind="live.net.vlan"></dd></div>
                </dl>
            </div>
        </div>
        <div class="kvm-card" data-if="plan.length" hidden>
            <div class="kvm-body">
                <h3><?= $t('admin_plan') ?></h3>
                <dl class="kvm-list">
                    <template data-each="plan">
                        <div><dt data-bind="label"></dt><dd data-bind="value"></dd></div>
                    </template>
                </dl>
            </div>
        </div>
        <div class="kvm-card" data-if="addresses.length" hidden>
            <div class="kvm-body">
                <h3><?= $t('client_addresses') ?></h3>
                <div>
                    <template data-each="addresses">
                        <div class="kvm-address">
                            <div class="kvm-grow">
                                <div><span class="kvm-code" data-bind="address"></span><span class="kvm-muted kvm-code" data-bind="prefix"></span></div>
                                <p class="kvm-muted kvm-small">
                                    <span data-if="gateway"><?= $t('client_gateway') ?> <span class="kvm-code" data-bind="gateway"></span></span>
                                    <span data-if="rdns">rDNS <span class="kvm-code" data-bind="rdns"></span></span>
                                </p>
                            </div>
                            <button type="button" class="btn btn-default btn-sm kvm-copy" data-copy="address"><?= $t('client_copy') ?></button>
                        </div>
                    </template>
                </div>
            </div>
        </div>
    </div>

    <div class="kvm-card">
        <div class="kvm-body">
            <div class="kvm-line"><h3><?= $t('admin_log') ?></h3>
                <?php if ($addon) : ?>
                <a href="addonmodules.php?module=puq_proxmox_kvm&amp;page=vm&amp;service_id=<?= $e($service) ?>"><?= $t('admin_open_log') ?></a>
                <?php endif; ?>
            </div>
            <?php $part('runs'); ?>
        </div>
    </div>
</div>
<script src="<?= $e($assets) ?>/kvm.js?v=<?= $e($version) ?>"></script>
