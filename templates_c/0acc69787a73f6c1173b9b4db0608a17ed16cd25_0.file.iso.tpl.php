<?php
/* Smarty version 4.3.0, created on 2026-11-30 11:25:10
  from '/work/wt/i/php/modules/servers/puqProxmoxKVM/templates/parts/iso.tpl' */

/* @var Smarty_Internal_Template $_smarty_tpl */
if ($_smarty_tpl->_decodeProperties($_smarty_tpl, array (
  'version' => '4.3.0',
  'unifunc' => 'content_6b0d5d16ea6a68_35857855',
  'has_nocache_code' => false,
  'file_dependency' => 
  array (
    '0acc69787a73f6c1173b9b4db0608a17ed16cd25' => 
    array (
      0 => '/work/wt/i/php/modules/servers/puqProxmoxKVM/templates/parts/iso.tpl',
      1 => 1796037179,
      2 => 'file',
    ),
  ),
  'includes' => 
  array (
  ),
),false)) {
function content_6b0d5d16ea6a68_35857855 (Smarty_Internal_Template $_smarty_tpl) {
?><div kvm-data="iso">
    <p class="kvm-muted kvm-wait" kvm-bind:hidden="data || error"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['loading'], ENT_QUOTES, 'UTF-8', true);?>
</p>
    <div class="kvm-notice is-bad" role="alert" kvm-bind:hidden="!error" hidden><span kvm-text="error"></span> <button type="button" class="btn btn-default btn-light btn-sm" kvm-on:click="load()"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['again'], ENT_QUOTES, 'UTF-8', true);?>
</button></div>
    <template kvm-if="data"><div>
        <div class="kvm-card panel panel-default card"><div class="kvm-body panel-body card-body">
            <h3><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['drive'], ENT_QUOTES, 'UTF-8', true);?>
</h3>
            <p class="kvm-muted"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['iso_hint'], ENT_QUOTES, 'UTF-8', true);?>
</p>
            <div class="kvm-row kvm-above" kvm-bind:hidden="data.mounted === null">
                <div class="kvm-grow"><span class="kvm-tag"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['mounted'], ENT_QUOTES, 'UTF-8', true);?>
</span> <bdi dir="ltr" class="kvm-code" kvm-text="data.mounted === null ? '' : data.mounted.name"></bdi></div>
                <button type="button" class="btn btn-default btn-light" data-do="iso_unmount" kvm-bind:disabled="held()" kvm-on:click="unmount()"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['action']['iso_unmount'], ENT_QUOTES, 'UTF-8', true);?>
</button>
            </div>
            <p kvm-bind:hidden="data.mounted !== null"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['drive_empty'], ENT_QUOTES, 'UTF-8', true);?>
</p>
            <p class="kvm-why" kvm-text="data.notice" kvm-bind:hidden="data.notice === null"></p>
            <p class="kvm-why" kvm-text="why()" kvm-bind:hidden="!why()"></p>
        </div></div>
        <p class="kvm-muted kvm-empty" kvm-bind:hidden="data.groups.length > 0"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['no_images'], ENT_QUOTES, 'UTF-8', true);?>
</p>
        <template kvm-for="group in data.groups" kvm-bind:key="group.name">
            <div class="kvm-card panel panel-default card"><div class="kvm-body panel-body card-body">
                <div class="kvm-line"><h3><bdi kvm-text="group.name"></bdi></h3><span class="kvm-slots" kvm-text="group.images.length"></span></div>
                <template kvm-for="one in group.images" kvm-bind:key="one.id">
                    <div class="kvm-row" data-row="image">
                        <div class="kvm-grow"><bdi dir="ltr" class="kvm-code" kvm-text="one.name"></bdi> <bdi dir="ltr" class="kvm-muted kvm-small" kvm-text="one.volume"></bdi></div>
                        <button type="button" class="btn btn-default btn-light btn-sm" data-do="iso_mount" kvm-bind:disabled="held() || data.mounted !== null" kvm-on:click="mount(one)"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['action']['iso_mount'], ENT_QUOTES, 'UTF-8', true);?>
</button>
                    </div>
                </template>
            </div></div>
        </template>
    </div></template>
</div>
<?php }
}
