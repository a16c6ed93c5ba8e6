<?php
/* Smarty version 4.3.0, created on 2026-11-30 11:25:10
  from '/work/wt/i/php/modules/servers/puqProxmoxKVM/templates/parts/access.tpl' */

/* @var Smarty_Internal_Template $_smarty_tpl */
if ($_smarty_tpl->_decodeProperties($_smarty_tpl, array (
  'version' => '4.3.0',
  'unifunc' => 'content_6b0d5d16e32f61_73014163',
  'has_nocache_code' => false,
  'file_dependency' => 
  array (
    'bb6ad2da50488c807bc5b6b05248d41a3bb40de6' => 
    array (
      0 => '/work/wt/i/php/modules/servers/puqProxmoxKVM/templates/parts/access.tpl',
      1 => 1796037179,
      2 => 'file',
    ),
  ),
  'includes' => 
  array (
  ),
),false)) {
function content_6b0d5d16e32f61_73014163 (Smarty_Internal_Template $_smarty_tpl) {
?><div class="kvm-card panel panel-default card"><div class="kvm-body panel-body card-body">
    <h3><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['tab_access'], ENT_QUOTES, 'UTF-8', true);?>
</h3>
    <dl class="kvm-list">
        <div><dt><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['username'], ENT_QUOTES, 'UTF-8', true);?>
</dt><dd><bdi dir="ltr" class="kvm-code" kvm-text="vm.view.username || '–'"></bdi> <button type="button" class="btn btn-default btn-light btn-xs btn-sm kvm-copy" kvm-bind:hidden="!vm.view.username" kvm-on:click="vm.copy($event, vm.view.username)" kvm-bind:aria-label="vm.copyLabel(vm.view.username)"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['copy'], ENT_QUOTES, 'UTF-8', true);?>
</button></dd></div>
        <div kvm-bind:hidden="!vm.ssh()" hidden><dt>SSH</dt><dd><bdi dir="ltr" class="kvm-code" kvm-text="vm.ssh()"></bdi> <button type="button" class="btn btn-default btn-light btn-xs btn-sm kvm-copy" kvm-on:click="vm.copy($event, vm.ssh())" kvm-bind:aria-label="vm.copyLabel(vm.ssh())"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['copy'], ENT_QUOTES, 'UTF-8', true);?>
</button></dd></div>
    </dl>
</div></div>
<?php if (!empty($_smarty_tpl->tpl_vars['puq']->value['pages']['password'])) {?>
<div kvm-data="access">
    <p class="kvm-muted kvm-wait" kvm-bind:hidden="data || error"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['loading'], ENT_QUOTES, 'UTF-8', true);?>
</p>
    <div class="kvm-notice is-bad" role="alert" kvm-bind:hidden="!error" hidden><span kvm-text="error"></span> <button type="button" class="btn btn-default btn-light btn-sm" kvm-on:click="load()"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['again'], ENT_QUOTES, 'UTF-8', true);?>
</button></div>
    <template kvm-if="data">
        <div class="kvm-card panel panel-default card"><div class="kvm-body panel-body card-body">
            <h3><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['action']['reset_password'], ENT_QUOTES, 'UTF-8', true);?>
</h3>
            <p class="kvm-muted"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['password_hint'], ENT_QUOTES, 'UTF-8', true);?>
</p>
            <form class="kvm-above" kvm-on:submit.prevent.stop="reset()">
                <label class="kvm-field"><span><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['keys'], ENT_QUOTES, 'UTF-8', true);?>
</span><textarea class="form-control kvm-code" rows="4" dir="ltr" spellcheck="false" autocomplete="off" name="access_keys" kvm-model="keys"></textarea></label>
                <p class="kvm-muted kvm-small"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['keys_hint'], ENT_QUOTES, 'UTF-8', true);?>
</p>
                <div class="kvm-above"><button type="submit" class="btn btn-primary" data-do="reset_password" kvm-bind:disabled="held() || vm.isBusy() || vm.closed() !== ''"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['action']['reset_password'], ENT_QUOTES, 'UTF-8', true);?>
</button></div>
                <p class="kvm-why" kvm-text="vm.closed()" kvm-bind:hidden="vm.closed() === ''"></p>
            </form>
            <div class="kvm-notice is-good kvm-above" role="status" kvm-bind:hidden="!password" hidden>
                <p><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['password_once'], ENT_QUOTES, 'UTF-8', true);?>
</p>
                <p><bdi dir="ltr" class="kvm-code kvm-number" data-password kvm-text="password"></bdi> <button type="button" class="btn btn-default btn-light btn-sm kvm-copy" kvm-on:click="vm.copy($event, password)"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['copy'], ENT_QUOTES, 'UTF-8', true);?>
</button></p>
            </div>
        </div></div>
    </template>
</div>
<?php }
}
}
