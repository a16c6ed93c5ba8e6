<?php
/* Smarty version 4.3.0, created on 2026-11-30 10:59:58
  from '/work/wt/i/php/modules/servers/puqProxmoxKVM/templates/parts/overview.tpl' */

/* @var Smarty_Internal_Template $_smarty_tpl */
if ($_smarty_tpl->_decodeProperties($_smarty_tpl, array (
  'version' => '4.3.0',
  'unifunc' => 'content_6b0d572eb682f2_42305309',
  'has_nocache_code' => false,
  'file_dependency' => 
  array (
    '2b8ff26a4a812c7fa1e9819a398702e8720b133c' => 
    array (
      0 => '/work/wt/i/php/modules/servers/puqProxmoxKVM/templates/parts/overview.tpl',
      1 => 1796035435,
      2 => 'file',
    ),
  ),
  'includes' => 
  array (
  ),
),false)) {
function content_6b0d572eb682f2_42305309 (Smarty_Internal_Template $_smarty_tpl) {
?><template kvm-if="vm.view.live">
    <div class="kvm-grid" kvm-bind:class="vm.isStale() ? 'is-stale' : ''"<?php if (!empty($_smarty_tpl->tpl_vars['puq']->value['pages']['charts'])) {?> kvm-data="sparks"<?php }?>>
        <div class="kvm-card panel panel-default card">
            <div class="kvm-body panel-body card-body">
                <div class="kvm-line"><h3><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['cpu'], ENT_QUOTES, 'UTF-8', true);?>
</h3><strong class="kvm-number"><bdi dir="ltr" kvm-text="vm.view.live.cpu.number"></bdi></strong></div>
                <div class="kvm-bar" kvm-bind:class="'is-' + vm.view.live.cpu.level" role="progressbar" aria-valuemin="0" aria-valuemax="100" kvm-bind:aria-valuenow="vm.view.live.cpu.percent" aria-label="<?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['cpu'], ENT_QUOTES, 'UTF-8', true);?>
"><span kvm-width="vm.view.live.cpu.percent"></span></div>
                <p class="kvm-muted" kvm-text="vm.view.live.cpu.text"></p>
                <?php if (!empty($_smarty_tpl->tpl_vars['puq']->value['pages']['charts'])) {?><a href="#charts" class="kvm-spark" kvm-bind:hidden="!data || data.blank.cpu" aria-label="<?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['tab_charts'], ENT_QUOTES, 'UTF-8', true);?>
: <?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['cpu'], ENT_QUOTES, 'UTF-8', true);?>
"><span data-chart="cpu" dir="ltr"></span></a><p class="kvm-muted kvm-small" kvm-bind:hidden="!data || !data.blank.cpu" hidden><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['no_data'], ENT_QUOTES, 'UTF-8', true);?>
</p><?php }?>
            </div>
        </div>
        <div class="kvm-card panel panel-default card">
            <div class="kvm-body panel-body card-body">
                <div class="kvm-line"><h3><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['memory'], ENT_QUOTES, 'UTF-8', true);?>
</h3><strong class="kvm-number"><bdi dir="ltr" kvm-text="vm.view.live.memory.number"></bdi></strong></div>
                <div class="kvm-bar" kvm-bind:class="'is-' + vm.view.live.memory.level" role="progressbar" aria-valuemin="0" aria-valuemax="100" kvm-bind:aria-valuenow="vm.view.live.memory.percent" aria-label="<?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['memory'], ENT_QUOTES, 'UTF-8', true);?>
"><span kvm-width="vm.view.live.memory.percent"></span></div>
                <p class="kvm-muted"><bdi dir="ltr" kvm-text="vm.view.live.memory.text"></bdi></p>
                <?php if (!empty($_smarty_tpl->tpl_vars['puq']->value['pages']['charts'])) {?><a href="#charts" class="kvm-spark" kvm-bind:hidden="!data || data.blank.memory" aria-label="<?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['tab_charts'], ENT_QUOTES, 'UTF-8', true);?>
: <?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['memory'], ENT_QUOTES, 'UTF-8', true);?>
"><span data-chart="memory" dir="ltr"></span></a><p class="kvm-muted kvm-small" kvm-bind:hidden="!data || !data.blank.memory" hidden><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['no_data'], ENT_QUOTES, 'UTF-8', true);?>
</p><?php }?>
            </div>
        </div>
        <div class="kvm-card panel panel-default card">
            <div class="kvm-body panel-body card-body">
                <h3><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['storage'], ENT_QUOTES, 'UTF-8', true);?>
</h3>
                <template kvm-for="disk in vm.view.live.disks" kvm-bind:key="disk.slot">
                    <div class="kvm-disk">
                        <div class="kvm-line"><span kvm-text="disk.title"></span><strong><bdi dir="ltr" kvm-text="disk.size"></bdi></strong></div>
                        <p class="kvm-muted kvm-small"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['read'], ENT_QUOTES, 'UTF-8', true);?>
 <bdi kvm-text="disk.read"></bdi> · <?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['write'], ENT_QUOTES, 'UTF-8', true);?>
 <bdi kvm-text="disk.write"></bdi></p>
                    </div>
                </template>
                <?php if (!empty($_smarty_tpl->tpl_vars['puq']->value['pages']['charts'])) {?><a href="#charts" class="kvm-spark" kvm-bind:hidden="!data || data.blank.disk" aria-label="<?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['tab_charts'], ENT_QUOTES, 'UTF-8', true);?>
: <?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['storage'], ENT_QUOTES, 'UTF-8', true);?>
"><span data-chart="disk" dir="ltr"></span></a><p class="kvm-muted kvm-small" kvm-bind:hidden="!data || !data.blank.disk" hidden><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['no_data'], ENT_QUOTES, 'UTF-8', true);?>
</p><?php }?>
            </div>
        </div>
        <div class="kvm-card panel panel-default card">
            <div class="kvm-body panel-body card-body">
                <h3><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['network'], ENT_QUOTES, 'UTF-8', true);?>
</h3>
                <dl class="kvm-list">
                    <div><dt><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['bandwidth'], ENT_QUOTES, 'UTF-8', true);?>
</dt><dd><bdi kvm-text="vm.view.live.net.rate"></bdi></dd></div>
                    <div><dt><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['adapter'], ENT_QUOTES, 'UTF-8', true);?>
</dt><dd><bdi kvm-text="vm.view.live.net.model"></bdi></dd></div>
                    <div><dt>MAC</dt><dd><bdi dir="ltr" class="kvm-code" kvm-text="vm.view.live.net.mac"></bdi></dd></div>
                </dl>
                <?php if (!empty($_smarty_tpl->tpl_vars['puq']->value['pages']['charts'])) {?><a href="#charts" class="kvm-spark" kvm-bind:hidden="!data || data.blank.net" aria-label="<?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['tab_charts'], ENT_QUOTES, 'UTF-8', true);?>
: <?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['network'], ENT_QUOTES, 'UTF-8', true);?>
"><span data-chart="net" dir="ltr"></span></a><p class="kvm-muted kvm-small" kvm-bind:hidden="!data || !data.blank.net" hidden><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['no_data'], ENT_QUOTES, 'UTF-8', true);?>
</p><?php }?>
            </div>
        </div>
    </div>
</template>

<template kvm-if="vm.view.addresses.length > 0 || vm.view.username">
    <div class="kvm-card panel panel-default card">
        <div class="kvm-body panel-body card-body">
            <h3><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['addresses'], ENT_QUOTES, 'UTF-8', true);?>
</h3>
            <template kvm-for="one in vm.view.addresses" kvm-bind:key="one.address">
                <div class="kvm-address">
                    <span class="kvm-tag" kvm-text="one.family"></span>
                    <div class="kvm-grow">
                        <div><bdi dir="ltr" class="kvm-nobreak"><span class="kvm-code" kvm-text="one.address"></span><span class="kvm-muted kvm-code" kvm-text="one.prefix"></span></bdi> <span class="kvm-tag kvm-tag-quiet" kvm-bind:hidden="!one.extra" hidden><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['extra'], ENT_QUOTES, 'UTF-8', true);?>
</span></div>
                        <p class="kvm-muted kvm-small">
                            <span kvm-bind:hidden="!one.gateway"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['gateway'], ENT_QUOTES, 'UTF-8', true);?>
 <bdi dir="ltr" class="kvm-code" kvm-text="one.gateway"></bdi></span>
                            <span kvm-bind:hidden="!one.dns">DNS <bdi dir="ltr" class="kvm-code" kvm-text="one.dns"></bdi></span>
                            <span kvm-bind:hidden="!one.rdns">rDNS <bdi dir="ltr" class="kvm-code" kvm-text="one.rdns"></bdi></span>
                        </p>
                    </div>
                    <button type="button" class="btn btn-default btn-light btn-sm kvm-copy" kvm-on:click="vm.copy($event, one.address)" kvm-bind:aria-label="vm.copyLabel(one.address)"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['copy'], ENT_QUOTES, 'UTF-8', true);?>
</button>
                </div>
            </template>
            <dl class="kvm-list kvm-access">
                <div kvm-bind:hidden="!vm.view.username"><dt><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['username'], ENT_QUOTES, 'UTF-8', true);?>
</dt><dd><bdi dir="ltr" class="kvm-code" kvm-text="vm.view.username"></bdi> <button type="button" class="btn btn-default btn-light btn-xs btn-sm kvm-copy" kvm-on:click="vm.copy($event, vm.view.username)" kvm-bind:aria-label="vm.copyLabel(vm.view.username)"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['copy'], ENT_QUOTES, 'UTF-8', true);?>
</button></dd></div>
                <div kvm-bind:hidden="!vm.ssh()"><dt>SSH</dt><dd><bdi dir="ltr" class="kvm-code" kvm-text="vm.ssh()"></bdi> <button type="button" class="btn btn-default btn-light btn-xs btn-sm kvm-copy" kvm-on:click="vm.copy($event, vm.ssh())" kvm-bind:aria-label="vm.copyLabel(vm.ssh())"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['copy'], ENT_QUOTES, 'UTF-8', true);?>
</button></dd></div>
            </dl>
        </div>
    </div>
</template>

<template kvm-if="vm.view.recent && vm.view.recent.length > 0">
    <div class="kvm-card panel panel-default card">
        <div class="kvm-body panel-body card-body" data-recent>
            <h3><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['recent'], ENT_QUOTES, 'UTF-8', true);?>
</h3>
            <template kvm-for="one in vm.view.recent" kvm-bind:key="one.key">
                <div class="kvm-request">
                    <div class="kvm-grow">
                        <div><span class="kvm-mark" kvm-bind:class="'is-' + one.level" aria-hidden="true"></span> <strong kvm-text="one.label"></strong> <bdi class="kvm-code kvm-small" kvm-text="vm.subject(one)" kvm-bind:hidden="!one.subject"></bdi> – <span kvm-text="one.outcome"></span></div>
                        <p class="kvm-muted kvm-small"><span kvm-text="one.by"></span> · <span kvm-text="vm.words.moment(one.at)"></span></p>
                        <p kvm-text="one.why" kvm-bind:hidden="!one.why"></p>
                    </div>
                </div>
            </template>
        </div>
    </div>
</template>
<?php }
}
