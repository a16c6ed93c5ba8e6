<?php
/* Smarty version 4.3.0, created on 2026-11-30 11:25:10
  from '/work/wt/i/php/modules/servers/puqProxmoxKVM/templates/parts/reinstall.tpl' */

/* @var Smarty_Internal_Template $_smarty_tpl */
if ($_smarty_tpl->_decodeProperties($_smarty_tpl, array (
  'version' => '4.3.0',
  'unifunc' => 'content_6b0d5d16bffa19_93257420',
  'has_nocache_code' => false,
  'file_dependency' => 
  array (
    '0d5044e4eb62eb872e1e535f6b08dc9ecff8cd60' => 
    array (
      0 => '/work/wt/i/php/modules/servers/puqProxmoxKVM/templates/parts/reinstall.tpl',
      1 => 1796037179,
      2 => 'file',
    ),
  ),
  'includes' => 
  array (
  ),
),false)) {
function content_6b0d5d16bffa19_93257420 (Smarty_Internal_Template $_smarty_tpl) {
?><div kvm-data="reinstall">
    <p class="kvm-muted kvm-wait" kvm-bind:hidden="data || error"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['loading'], ENT_QUOTES, 'UTF-8', true);?>
</p>
    <div class="kvm-notice is-bad" role="alert" kvm-bind:hidden="!error" hidden><span kvm-text="error"></span> <button type="button" class="btn btn-default btn-light btn-sm" kvm-on:click="load()"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['again'], ENT_QUOTES, 'UTF-8', true);?>
</button></div>
    <template kvm-if="data">
        <div class="kvm-card kvm-warning panel panel-default card"><div class="kvm-body panel-body card-body">
            <h3><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['action']['reinstall'], ENT_QUOTES, 'UTF-8', true);?>
</h3>
            <p><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['reinstall_hint'], ENT_QUOTES, 'UTF-8', true);?>
</p>
            <form class="kvm-above" kvm-on:submit.prevent.stop="install()">
                <fieldset class="kvm-choices"><legend><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['operating_system'], ENT_QUOTES, 'UTF-8', true);?>
</legend>
                    <template kvm-for="one in data.rows" kvm-bind:key="one.template">
                        <label class="kvm-choice"><input type="radio" name="template" kvm-bind:value="one.template" kvm-model="template"><span class="kvm-logo" kvm-bind:class="'is-' + one.family" kvm-text="one.sign" aria-hidden="true"></span><span class="kvm-grow"><bdi kvm-text="one.label"></bdi> <span class="kvm-tag kvm-tag-quiet" kvm-bind:hidden="!one.isCurrent"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['installed'], ENT_QUOTES, 'UTF-8', true);?>
</span></span></label>
                    </template>
                </fieldset>
                <label class="kvm-field kvm-above"><span><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['keys'], ENT_QUOTES, 'UTF-8', true);?>
</span><textarea class="form-control kvm-code" rows="4" dir="ltr" spellcheck="false" autocomplete="off" name="ssh_keys" kvm-model="keys"></textarea></label>
                <div class="kvm-above"><button type="submit" class="btn btn-danger" data-do="reinstall" kvm-bind:disabled="held() || !template"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['action']['reinstall'], ENT_QUOTES, 'UTF-8', true);?>
</button></div>
                <p class="kvm-why" kvm-text="why()" kvm-bind:hidden="!why()"></p>
            </form>
        </div></div>
    </template>
</div>
<?php }
}
