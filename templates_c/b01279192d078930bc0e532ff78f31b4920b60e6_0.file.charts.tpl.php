<?php
/* Smarty version 4.3.0, created on 2026-11-30 10:59:59
  from '/work/wt/i/php/modules/servers/puqProxmoxKVM/templates/parts/charts.tpl' */

/* @var Smarty_Internal_Template $_smarty_tpl */
if ($_smarty_tpl->_decodeProperties($_smarty_tpl, array (
  'version' => '4.3.0',
  'unifunc' => 'content_6b0d572f086f57_38385482',
  'has_nocache_code' => false,
  'file_dependency' => 
  array (
    'b01279192d078930bc0e532ff78f31b4920b60e6' => 
    array (
      0 => '/work/wt/i/php/modules/servers/puqProxmoxKVM/templates/parts/charts.tpl',
      1 => 1796035435,
      2 => 'file',
    ),
  ),
  'includes' => 
  array (
  ),
),false)) {
function content_6b0d572f086f57_38385482 (Smarty_Internal_Template $_smarty_tpl) {
?><div kvm-data="charts">
    <div class="kvm-line kvm-below">
        <div class="kvm-periods btn-group" role="group" aria-label="<?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['period'], ENT_QUOTES, 'UTF-8', true);?>
">
            <button type="button" class="btn btn-default btn-light btn-sm" data-frame="hour" kvm-bind:aria-pressed="frame === 'hour' ? 'true' : 'false'" kvm-on:click="choose('hour')"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['hour'], ENT_QUOTES, 'UTF-8', true);?>
</button>
            <button type="button" class="btn btn-default btn-light btn-sm" data-frame="day" kvm-bind:aria-pressed="frame === 'day' ? 'true' : 'false'" kvm-on:click="choose('day')"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['day'], ENT_QUOTES, 'UTF-8', true);?>
</button>
            <button type="button" class="btn btn-default btn-light btn-sm" data-frame="week" kvm-bind:aria-pressed="frame === 'week' ? 'true' : 'false'" kvm-on:click="choose('week')"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['week'], ENT_QUOTES, 'UTF-8', true);?>
</button>
            <button type="button" class="btn btn-default btn-light btn-sm" data-frame="month" kvm-bind:aria-pressed="frame === 'month' ? 'true' : 'false'" kvm-on:click="choose('month')"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['month'], ENT_QUOTES, 'UTF-8', true);?>
</button>
            <button type="button" class="btn btn-default btn-light btn-sm" data-frame="year" kvm-bind:aria-pressed="frame === 'year' ? 'true' : 'false'" kvm-on:click="choose('year')"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['year'], ENT_QUOTES, 'UTF-8', true);?>
</button>
        </div>
        <div class="kvm-actions">
            <button type="button" class="btn btn-default btn-light btn-sm" data-do="table" kvm-bind:aria-pressed="isTable ? 'true' : 'false'" kvm-on:click="isTable = !isTable"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['as_table'], ENT_QUOTES, 'UTF-8', true);?>
</button>
            <button type="button" class="btn btn-default btn-light btn-sm" data-do="csv" kvm-bind:disabled="!data" kvm-on:click="save()">CSV</button>
        </div>
    </div>
    <p class="kvm-muted kvm-wait" kvm-bind:hidden="data || error"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['loading'], ENT_QUOTES, 'UTF-8', true);?>
</p>
    <div class="kvm-notice is-bad" role="alert" kvm-bind:hidden="!error" hidden><span kvm-text="error"></span> <button type="button" class="btn btn-default btn-light btn-sm" kvm-on:click="load()"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['again'], ENT_QUOTES, 'UTF-8', true);?>
</button></div>
    <template kvm-if="data"><div>
        <p class="kvm-muted kvm-empty" kvm-bind:hidden="!data.isBlank"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['no_data'], ENT_QUOTES, 'UTF-8', true);?>
</p>
        <div kvm-bind:hidden="isTable || data.points.length === 0">
            <div class="kvm-card panel panel-default card"><div class="kvm-body panel-body card-body"><h3><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['cpu'], ENT_QUOTES, 'UTF-8', true);?>
</h3><div class="kvm-chart" data-chart="cpu" dir="ltr" role="img" aria-label="<?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['cpu'], ENT_QUOTES, 'UTF-8', true);?>
"></div></div></div>
            <div class="kvm-card panel panel-default card"><div class="kvm-body panel-body card-body"><h3><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['memory'], ENT_QUOTES, 'UTF-8', true);?>
</h3><div class="kvm-chart" data-chart="memory" dir="ltr" role="img" aria-label="<?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['memory'], ENT_QUOTES, 'UTF-8', true);?>
"></div></div></div>
            <div class="kvm-card panel panel-default card"><div class="kvm-body panel-body card-body"><h3><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['storage'], ENT_QUOTES, 'UTF-8', true);?>
</h3><div class="kvm-chart" data-chart="disk" dir="ltr" role="img" aria-label="<?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['storage'], ENT_QUOTES, 'UTF-8', true);?>
"></div></div></div>
            <div class="kvm-card panel panel-default card"><div class="kvm-body panel-body card-body"><h3><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['network'], ENT_QUOTES, 'UTF-8', true);?>
</h3><div class="kvm-chart" data-chart="net" dir="ltr" role="img" aria-label="<?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['network'], ENT_QUOTES, 'UTF-8', true);?>
"></div></div></div>
        </div>
        <div class="kvm-card kvm-scroll kvm-high panel panel-default card" tabindex="0" role="region" aria-label="<?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['tab_charts'], ENT_QUOTES, 'UTF-8', true);?>
" kvm-bind:hidden="!isTable">
            <table class="table kvm-table">
                <thead><tr><th scope="col"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['time'], ENT_QUOTES, 'UTF-8', true);?>
</th><th scope="col"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['cpu'], ENT_QUOTES, 'UTF-8', true);?>
 %</th><th scope="col"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['memory'], ENT_QUOTES, 'UTF-8', true);?>
 %</th><th scope="col"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['read'], ENT_QUOTES, 'UTF-8', true);?>
 MB/s</th><th scope="col"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['write'], ENT_QUOTES, 'UTF-8', true);?>
 MB/s</th><th scope="col"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['received'], ENT_QUOTES, 'UTF-8', true);?>
 MB/s</th><th scope="col"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['sent'], ENT_QUOTES, 'UTF-8', true);?>
 MB/s</th></tr></thead>
                <tbody>
                    <template kvm-for="row in data.rows" kvm-bind:key="row.time"><tr><td class="kvm-nobreak" kvm-text="row.when"></td><template kvm-for="cell in row.cells"><td><bdi dir="ltr" kvm-text="cell"></bdi></td></template></tr></template>
                </tbody>
            </table>
        </div>
    </div></template>
</div>
<?php }
}
