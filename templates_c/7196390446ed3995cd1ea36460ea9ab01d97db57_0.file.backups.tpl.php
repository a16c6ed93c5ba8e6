<?php
/* Smarty version 4.3.0, created on 2026-11-30 11:25:10
  from '/work/wt/i/php/modules/servers/puqProxmoxKVM/templates/parts/backups.tpl' */

/* @var Smarty_Internal_Template $_smarty_tpl */
if ($_smarty_tpl->_decodeProperties($_smarty_tpl, array (
  'version' => '4.3.0',
  'unifunc' => 'content_6b0d5d16bf5826_08412664',
  'has_nocache_code' => false,
  'file_dependency' => 
  array (
    '7196390446ed3995cd1ea36460ea9ab01d97db57' => 
    array (
      0 => '/work/wt/i/php/modules/servers/puqProxmoxKVM/templates/parts/backups.tpl',
      1 => 1796037179,
      2 => 'file',
    ),
  ),
  'includes' => 
  array (
  ),
),false)) {
function content_6b0d5d16bf5826_08412664 (Smarty_Internal_Template $_smarty_tpl) {
?><div kvm-data="backups">
    <p class="kvm-muted kvm-wait" kvm-bind:hidden="data || error"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['loading'], ENT_QUOTES, 'UTF-8', true);?>
</p>
    <div class="kvm-notice is-bad" role="alert" kvm-bind:hidden="!error" hidden><span kvm-text="error"></span> <button type="button" class="btn btn-default btn-light btn-sm" kvm-on:click="load()"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['again'], ENT_QUOTES, 'UTF-8', true);?>
</button></div>
    <template kvm-if="data"><div>
        <div class="kvm-card panel panel-default card"><div class="kvm-body panel-body card-body">
            <div class="kvm-line"><h3><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['backups'], ENT_QUOTES, 'UTF-8', true);?>
</h3><span class="kvm-slots"><bdi dir="ltr" kvm-text="data.used + ' / ' + data.limit"></bdi></span></div>
            <p class="kvm-muted"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['backup_hint'], ENT_QUOTES, 'UTF-8', true);?>
</p>
            <form class="kvm-form kvm-above" kvm-on:submit.prevent.stop="make()">
                <label class="kvm-field kvm-grow"><span><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['note'], ENT_QUOTES, 'UTF-8', true);?>
</span><input type="text" class="form-control" maxlength="200" autocomplete="off" dir="auto" name="note" kvm-model="text"></label>
                <button type="submit" class="btn btn-primary" data-do="backup_now" kvm-bind:disabled="held() || isFull() || data.restore_failed"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['action']['backup_now'], ENT_QUOTES, 'UTF-8', true);?>
</button>
            </form>
            <p class="kvm-why" kvm-text="why()" kvm-bind:hidden="!why()"></p>
            <p class="kvm-why" kvm-bind:hidden="!isFull() || data.limit === 0"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['full'], ENT_QUOTES, 'UTF-8', true);?>
</p>
            <p class="kvm-why" kvm-bind:hidden="data.limit > 0"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['no_slots'], ENT_QUOTES, 'UTF-8', true);?>
</p>
        </div></div>
        <div class="kvm-card panel panel-default card"><div class="kvm-body panel-body card-body">
            <p class="kvm-muted kvm-empty" kvm-bind:hidden="data.rows.length > 0"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['no_backups'], ENT_QUOTES, 'UTF-8', true);?>
</p>
            <template kvm-for="one in data.rows" kvm-bind:key="one.id">
                <div class="kvm-row" data-row="backup">
                    <div class="kvm-grow">
                        <div><strong kvm-text="one.when"></strong> <span class="kvm-tag kvm-tag-quiet" kvm-bind:hidden="!one.scheduled"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['scheduled'], ENT_QUOTES, 'UTF-8', true);?>
</span> <span class="kvm-tag" kvm-bind:hidden="!one.protected"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['protected'], ENT_QUOTES, 'UTF-8', true);?>
</span></div>
                        <p class="kvm-muted kvm-small"><bdi dir="ltr" kvm-text="one.volume"></bdi> <bdi kvm-text="one.note" kvm-bind:hidden="!one.note"></bdi></p>
                    </div>
                    <div class="kvm-actions">
                        <button type="button" class="btn btn-default btn-light btn-sm" data-do="backup_restore" kvm-bind:disabled="held()" kvm-on:click="restore(one)"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['restore'], ENT_QUOTES, 'UTF-8', true);?>
</button>
                        <button type="button" class="btn btn-default btn-light btn-sm" data-do="backup_remove" kvm-bind:disabled="held() || one.protected" kvm-on:click="remove(one)"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['remove'], ENT_QUOTES, 'UTF-8', true);?>
</button>
                    </div>
                </div>
            </template>
        </div></div>
        <div class="kvm-card panel panel-default card"><div class="kvm-body panel-body card-body">
            <h3><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['schedule'], ENT_QUOTES, 'UTF-8', true);?>
</h3>
            <p class="kvm-muted"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['schedule_hint'], ENT_QUOTES, 'UTF-8', true);?>
 <?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['drawn_hint'], ENT_QUOTES, 'UTF-8', true);?>
</p>
            <form class="kvm-form kvm-above" kvm-on:submit.prevent.stop="save()">
                <fieldset class="kvm-days"><legend class="kvm-hidden"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['schedule'], ENT_QUOTES, 'UTF-8', true);?>
</legend>
                    <template kvm-for="one in week" kvm-bind:key="one.day"><label class="kvm-day"><input type="checkbox" kvm-bind:value="one.day" kvm-model="days" kvm-bind:aria-label="one.long"><span kvm-text="one.short" aria-hidden="true"></span></label></template>
                </fieldset>
                <button type="submit" class="btn btn-primary" data-do="backup_schedule" kvm-bind:disabled="working"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['save'], ENT_QUOTES, 'UTF-8', true);?>
</button>
            </form>
            <p class="kvm-muted kvm-small" kvm-text="data.next" kvm-bind:hidden="!data.next"></p>
        </div></div>
    </div></template>
</div>
<?php }
}
