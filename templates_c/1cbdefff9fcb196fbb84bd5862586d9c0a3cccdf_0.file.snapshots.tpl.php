<?php
/* Smarty version 4.3.0, created on 2026-11-30 11:25:10
  from '/work/wt/i/php/modules/servers/puqProxmoxKVM/templates/parts/snapshots.tpl' */

/* @var Smarty_Internal_Template $_smarty_tpl */
if ($_smarty_tpl->_decodeProperties($_smarty_tpl, array (
  'version' => '4.3.0',
  'unifunc' => 'content_6b0d5d16b967d6_90300586',
  'has_nocache_code' => false,
  'file_dependency' => 
  array (
    '1cbdefff9fcb196fbb84bd5862586d9c0a3cccdf' => 
    array (
      0 => '/work/wt/i/php/modules/servers/puqProxmoxKVM/templates/parts/snapshots.tpl',
      1 => 1796037179,
      2 => 'file',
    ),
  ),
  'includes' => 
  array (
  ),
),false)) {
function content_6b0d5d16b967d6_90300586 (Smarty_Internal_Template $_smarty_tpl) {
?><div kvm-data="snapshots">
    <p class="kvm-muted kvm-wait" kvm-bind:hidden="data || error"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['loading'], ENT_QUOTES, 'UTF-8', true);?>
</p>
    <div class="kvm-notice is-bad" role="alert" kvm-bind:hidden="!error" hidden><span kvm-text="error"></span> <button type="button" class="btn btn-default btn-light btn-sm" kvm-on:click="load()"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['again'], ENT_QUOTES, 'UTF-8', true);?>
</button></div>
    <template kvm-if="data"><div>
        <div class="kvm-card panel panel-default card"><div class="kvm-body panel-body card-body">
            <div class="kvm-line"><h3><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['snapshots'], ENT_QUOTES, 'UTF-8', true);?>
</h3><span class="kvm-slots"><bdi dir="ltr" kvm-text="data.used + ' / ' + data.limit"></bdi></span></div>
            <p class="kvm-muted"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['snapshot_hint'], ENT_QUOTES, 'UTF-8', true);?>
</p>
            <form class="kvm-form kvm-above" kvm-on:submit.prevent.stop="make()">
                <label class="kvm-field kvm-grow"><span><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['description'], ENT_QUOTES, 'UTF-8', true);?>
</span><input type="text" class="form-control" maxlength="200" autocomplete="off" dir="auto" name="description" kvm-model="text"></label>
                <button type="submit" class="btn btn-primary" data-do="snapshot_create" kvm-bind:disabled="held() || isFull()"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['action']['snapshot_create'], ENT_QUOTES, 'UTF-8', true);?>
</button>
            </form>
            <p class="kvm-why" kvm-text="why()" kvm-bind:hidden="!why()"></p>
            <p class="kvm-why" kvm-bind:hidden="!isFull() || data.limit === 0"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['full'], ENT_QUOTES, 'UTF-8', true);?>
</p>
            <p class="kvm-why" kvm-bind:hidden="data.limit > 0"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['no_slots'], ENT_QUOTES, 'UTF-8', true);?>
</p>
        </div></div>
        <div class="kvm-card panel panel-default card"><div class="kvm-body panel-body card-body">
            <p class="kvm-muted kvm-empty" kvm-bind:hidden="data.rows.length > 0"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['no_snapshots'], ENT_QUOTES, 'UTF-8', true);?>
</p>
            <template kvm-for="one in data.rows" kvm-bind:key="one.name">
                <div class="kvm-row" data-row="snapshot">
                    <div class="kvm-grow">
                        <div><strong><bdi kvm-text="one.label"></bdi></strong> <span class="kvm-tag kvm-tag-quiet" kvm-bind:hidden="!one.scheduled"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['scheduled'], ENT_QUOTES, 'UTF-8', true);?>
</span></div>
                        <p class="kvm-muted kvm-small"><span kvm-text="one.when"></span> <span kvm-text="one.left" kvm-bind:hidden="!one.left"></span></p>
                    </div>
                    <div class="kvm-actions">
                        <button type="button" class="btn btn-default btn-light btn-sm" data-do="snapshot_rollback" kvm-bind:disabled="held()" kvm-on:click="back(one)"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['go_back'], ENT_QUOTES, 'UTF-8', true);?>
</button>
                        <button type="button" class="btn btn-default btn-light btn-sm" data-do="snapshot_remove" kvm-bind:disabled="held()" kvm-on:click="remove(one)"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['remove'], ENT_QUOTES, 'UTF-8', true);?>
</button>
                    </div>
                </div>
            </template>
        </div></div>
        <template kvm-if="data.mode === 'schedule'">
            <div class="kvm-card panel panel-default card"><div class="kvm-body panel-body card-body">
                <h3><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['schedule'], ENT_QUOTES, 'UTF-8', true);?>
</h3>
                <p class="kvm-muted"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['schedule_hint'], ENT_QUOTES, 'UTF-8', true);?>
</p>
                <form class="kvm-form kvm-above" kvm-on:submit.prevent.stop="save()">
                    <fieldset class="kvm-days"><legend class="kvm-hidden"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['schedule'], ENT_QUOTES, 'UTF-8', true);?>
</legend>
                        <template kvm-for="one in week" kvm-bind:key="one.day"><label class="kvm-day"><input type="checkbox" kvm-bind:value="one.day" kvm-model="days" kvm-bind:aria-label="one.long"><span kvm-text="one.short" aria-hidden="true"></span></label></template>
                    </fieldset>
                    <label class="kvm-field"><span><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['time'], ENT_QUOTES, 'UTF-8', true);?>
 <bdi class="kvm-muted" kvm-text="data.zone"></bdi></span><input type="time" class="form-control" name="time" kvm-model="time"></label>
                    <button type="submit" class="btn btn-primary" data-do="snapshot_schedule" kvm-bind:disabled="working"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['save'], ENT_QUOTES, 'UTF-8', true);?>
</button>
                </form>
                <p class="kvm-muted kvm-small" kvm-text="data.next" kvm-bind:hidden="!data.next"></p>
            </div></div>
        </template>
    </div></template>
</div>
<?php }
}
