<?php
/* Smarty version 4.3.0, created on 2026-11-30 10:59:58
  from '/work/wt/i/php/modules/servers/puqProxmoxKVM/templates/parts/network.tpl' */

/* @var Smarty_Internal_Template $_smarty_tpl */
if ($_smarty_tpl->_decodeProperties($_smarty_tpl, array (
  'version' => '4.3.0',
  'unifunc' => 'content_6b0d572edb2d29_25539224',
  'has_nocache_code' => false,
  'file_dependency' => 
  array (
    'd6cd44fbff08ec70a2a523e757850cdef5ee3766' => 
    array (
      0 => '/work/wt/i/php/modules/servers/puqProxmoxKVM/templates/parts/network.tpl',
      1 => 1796035435,
      2 => 'file',
    ),
  ),
  'includes' => 
  array (
  ),
),false)) {
function content_6b0d572edb2d29_25539224 (Smarty_Internal_Template $_smarty_tpl) {
?><div class="kvm-card panel panel-default card"><div class="kvm-body panel-body card-body">
    <h3><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['ip_addresses'], ENT_QUOTES, 'UTF-8', true);?>
</h3>
    <p class="kvm-muted kvm-empty" kvm-bind:hidden="vm.view.addresses.length > 0"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['no_addresses'], ENT_QUOTES, 'UTF-8', true);?>
</p>
    <template kvm-for="one in vm.view.addresses" kvm-bind:key="one.address">
        <dl class="kvm-list kvm-columns kvm-boxed">
            <div><dt kvm-text="one.family"></dt><dd><bdi dir="ltr" class="kvm-code kvm-nobreak" kvm-text="one.address + one.prefix"></bdi> <span class="kvm-tag kvm-tag-quiet" kvm-bind:hidden="!one.extra"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['extra'], ENT_QUOTES, 'UTF-8', true);?>
</span> <button type="button" class="btn btn-default btn-light btn-xs btn-sm kvm-copy" kvm-on:click="vm.copy($event, one.address)" kvm-bind:aria-label="vm.copyLabel(one.address)"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['copy'], ENT_QUOTES, 'UTF-8', true);?>
</button></dd></div>
            <div kvm-bind:hidden="!one.gateway"><dt><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['gateway'], ENT_QUOTES, 'UTF-8', true);?>
</dt><dd><bdi dir="ltr" class="kvm-code" kvm-text="one.gateway"></bdi></dd></div>
            <div kvm-bind:hidden="!one.dns"><dt><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['resolvers'], ENT_QUOTES, 'UTF-8', true);?>
</dt><dd><bdi dir="ltr" class="kvm-code" kvm-text="one.dns"></bdi></dd></div>
            <?php if (empty($_smarty_tpl->tpl_vars['puq']->value['pages']['rdns'])) {?><div kvm-bind:hidden="!one.rdns"><dt><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['reverse'], ENT_QUOTES, 'UTF-8', true);?>
</dt><dd><bdi dir="ltr" class="kvm-code" kvm-text="one.rdns"></bdi></dd></div><?php }?>
        </dl>
    </template>
</div></div>
<?php if (!empty($_smarty_tpl->tpl_vars['puq']->value['pages']['rdns'])) {?>
<div kvm-data="rdns">
    <p class="kvm-muted kvm-wait" kvm-bind:hidden="data || error"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['loading'], ENT_QUOTES, 'UTF-8', true);?>
</p>
    <div class="kvm-notice is-bad" role="alert" kvm-bind:hidden="!error" hidden><span kvm-text="error"></span> <button type="button" class="btn btn-default btn-light btn-sm" kvm-on:click="load()"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['again'], ENT_QUOTES, 'UTF-8', true);?>
</button></div>
    <template kvm-if="data"><div kvm-bind:hidden="data.addresses.length === 0">
        <div class="kvm-card panel panel-default card"><div class="kvm-body panel-body card-body">
            <h3><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['reverse_names'], ENT_QUOTES, 'UTF-8', true);?>
</h3>
            <p class="kvm-muted"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['rdns_hint'], ENT_QUOTES, 'UTF-8', true);?>
 <span kvm-bind:hidden="!hasTicket()"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['rdns_ticket'], ENT_QUOTES, 'UTF-8', true);?>
</span></p>
            <form class="kvm-above" kvm-on:submit.prevent.stop="save()">
                <template kvm-for="one in data.addresses" kvm-bind:key="one.address">
                    <div class="kvm-field kvm-name">
                        <label kvm-bind:for="'rdns-' + one.address"><bdi dir="ltr" class="kvm-code" kvm-text="one.address"></bdi></label>
                        <div class="kvm-grow">
                            <input type="text" class="form-control" dir="ltr" maxlength="255" spellcheck="false" autocomplete="off" kvm-bind:id="'rdns-' + one.address" kvm-bind:placeholder="one.default" kvm-bind:disabled="one.way === 'none'" kvm-bind:aria-invalid="errors[one.address] ? 'true' : false" kvm-model="names[one.address]">
                            <p class="kvm-wrong" role="alert" kvm-text="errors[one.address]" kvm-bind:hidden="!errors[one.address]"></p>
                            <p class="kvm-why" kvm-bind:hidden="one.way !== 'none'"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['rdns_none'], ENT_QUOTES, 'UTF-8', true);?>
</p>
                        </div>
                    </div>
                </template>
                <button type="submit" class="btn btn-primary kvm-above" data-do="rdns_save" kvm-bind:disabled="working || changed().length === 0"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['save'], ENT_QUOTES, 'UTF-8', true);?>
</button>
            </form>
        </div></div>
    </div></template>
</div>
<?php }?>
<div kvm-data="traffic">
    <p class="kvm-muted kvm-wait" kvm-bind:hidden="data || error"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['loading'], ENT_QUOTES, 'UTF-8', true);?>
</p>
    <div class="kvm-notice is-bad" role="alert" kvm-bind:hidden="!error" hidden><span kvm-text="error"></span> <button type="button" class="btn btn-default btn-light btn-sm" kvm-on:click="load()"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['again'], ENT_QUOTES, 'UTF-8', true);?>
</button></div>
    <template kvm-if="data">
        <div class="kvm-card panel panel-default card"><div class="kvm-body panel-body card-body">
            <h3><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['traffic_month'], ENT_QUOTES, 'UTF-8', true);?>
</h3>
            <dl class="kvm-list kvm-columns">
                <div><dt><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['received'], ENT_QUOTES, 'UTF-8', true);?>
</dt><dd><bdi dir="ltr" class="kvm-number" kvm-text="data.in"></bdi></dd></div>
                <div><dt><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['sent'], ENT_QUOTES, 'UTF-8', true);?>
</dt><dd><bdi dir="ltr" class="kvm-number" kvm-text="data.out"></bdi></dd></div>
                <div kvm-bind:hidden="!data.limit"><dt><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['traffic_limit'], ENT_QUOTES, 'UTF-8', true);?>
</dt><dd><bdi dir="ltr" class="kvm-number" kvm-text="data.allowed"></bdi></dd></div>
            </dl>
            <div class="kvm-bar kvm-above" role="progressbar" aria-valuemin="0" aria-valuemax="100" kvm-bind:hidden="!data.limit" kvm-bind:class="'is-' + data.level" kvm-bind:aria-valuenow="data.share" aria-label="<?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['traffic_limit'], ENT_QUOTES, 'UTF-8', true);?>
"><span kvm-width="data.share"></span></div>
            <div class="kvm-scroll kvm-above" tabindex="0" role="region" aria-label="<?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['traffic_month'], ENT_QUOTES, 'UTF-8', true);?>
" kvm-bind:hidden="data.rows.length === 0">
                <table class="table kvm-table">
                    <thead><tr><th scope="col"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['day'], ENT_QUOTES, 'UTF-8', true);?>
 <bdi class="kvm-muted" kvm-text="data.zone"></bdi></th><th scope="col"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['received'], ENT_QUOTES, 'UTF-8', true);?>
</th><th scope="col"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['sent'], ENT_QUOTES, 'UTF-8', true);?>
</th></tr></thead>
                    <tbody><template kvm-for="one in data.rows" kvm-bind:key="one.day"><tr data-row="day"><td kvm-text="one.when"></td><td><bdi dir="ltr" kvm-text="one.in"></bdi></td><td><bdi dir="ltr" kvm-text="one.out"></bdi></td></tr></template></tbody>
                </table>
            </div>
            <p class="kvm-muted kvm-empty" kvm-bind:hidden="data.rows.length > 0"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['no_data'], ENT_QUOTES, 'UTF-8', true);?>
</p>
        </div></div>
    </template>
</div>
<?php }
}
