<?php
/* Smarty version 4.3.0, created on 2026-11-30 11:25:10
  from '/work/wt/i/php/modules/servers/puqProxmoxKVM/templates/parts/firewall.tpl' */

/* @var Smarty_Internal_Template $_smarty_tpl */
if ($_smarty_tpl->_decodeProperties($_smarty_tpl, array (
  'version' => '4.3.0',
  'unifunc' => 'content_6b0d5d16e7f9c1_38367647',
  'has_nocache_code' => false,
  'file_dependency' => 
  array (
    '4340753c11f7171f705fa763a590e7480ee9de13' => 
    array (
      0 => '/work/wt/i/php/modules/servers/puqProxmoxKVM/templates/parts/firewall.tpl',
      1 => 1796037562,
      2 => 'file',
    ),
  ),
  'includes' => 
  array (
  ),
),false)) {
function content_6b0d5d16e7f9c1_38367647 (Smarty_Internal_Template $_smarty_tpl) {
?><div kvm-data="firewall" data-in="<?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['in'], ENT_QUOTES, 'UTF-8', true);?>
" data-out="<?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['out'], ENT_QUOTES, 'UTF-8', true);?>
">
    <p class="kvm-muted kvm-wait" kvm-bind:hidden="data || error"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['loading'], ENT_QUOTES, 'UTF-8', true);?>
</p>
    <div class="kvm-notice is-bad" role="alert" kvm-bind:hidden="!error" hidden><span kvm-text="error"></span> <button type="button" class="btn btn-default btn-light btn-sm" kvm-on:click="load()"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['again'], ENT_QUOTES, 'UTF-8', true);?>
</button></div>
    <template kvm-if="data"><div>
        <div class="kvm-notice is-bad" role="status" kvm-bind:hidden="!locksOut()"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['lockout'], ENT_QUOTES, 'UTF-8', true);?>
</div>
        <div class="kvm-card panel panel-default card"><div class="kvm-body panel-body card-body">
            <h3><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['policies'], ENT_QUOTES, 'UTF-8', true);?>
</h3>
            <p class="kvm-muted"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['policies_hint'], ENT_QUOTES, 'UTF-8', true);?>
</p>
            <form class="kvm-form kvm-above" kvm-on:submit.prevent.stop="save()">
                <label class="kvm-field"><span><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['policy_in'], ENT_QUOTES, 'UTF-8', true);?>
</span><select class="form-control custom-select" dir="ltr" name="policy_in" kvm-model="policyIn"><option>ACCEPT</option><option>DROP</option><?php if (!empty($_smarty_tpl->tpl_vars['puq']->value['staff'])) {?><option>REJECT</option><?php }?></select></label>
                <label class="kvm-field"><span><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['policy_out'], ENT_QUOTES, 'UTF-8', true);?>
</span><select class="form-control custom-select" dir="ltr" name="policy_out" kvm-model="policyOut"><option>ACCEPT</option><option>DROP</option><?php if (!empty($_smarty_tpl->tpl_vars['puq']->value['staff'])) {?><option>REJECT</option><?php }?></select></label>
                <button type="submit" class="btn btn-primary" data-do="firewall_policies" kvm-bind:disabled="held()"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['save'], ENT_QUOTES, 'UTF-8', true);?>
</button>
            </form>
            <p class="kvm-why" kvm-text="why()" kvm-bind:hidden="!why()"></p>
        </div></div>
        <div class="kvm-card panel panel-default card"><div class="kvm-body panel-body card-body">
            <div class="kvm-line"><h3><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['rules'], ENT_QUOTES, 'UTF-8', true);?>
</h3><span class="kvm-slots"><bdi dir="ltr" kvm-text="data.rules.length + ' / ' + data.limit"></bdi></span></div>
            <p class="kvm-muted"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['rules_hint'], ENT_QUOTES, 'UTF-8', true);?>
</p>
            <div class="kvm-actions kvm-above" role="group" aria-label="<?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['presets'], ENT_QUOTES, 'UTF-8', true);?>
">
                <button type="button" class="btn btn-primary btn-sm" data-do="rule_form" kvm-on:click="isAdding = !isAdding" kvm-bind:aria-expanded="isAdding ? 'true' : 'false'"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['rule_add'], ENT_QUOTES, 'UTF-8', true);?>
</button>
                <template kvm-for="name in presets" kvm-bind:key="name"><button type="button" class="btn btn-default btn-light btn-sm" kvm-bind:data-preset="name" kvm-bind:disabled="held()" kvm-on:click="preset(name)"><span aria-hidden="true">+ </span><bdi dir="ltr" kvm-text="name"></bdi></button></template>
            </div>
            <form class="kvm-form kvm-rule-form kvm-above" kvm-bind:hidden="!isAdding" kvm-on:submit.prevent.stop="add()">
                <label class="kvm-field"><span><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['direction'], ENT_QUOTES, 'UTF-8', true);?>
</span><select class="form-control custom-select" name="direction" kvm-model="wanted.direction"><option value="in"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['in'], ENT_QUOTES, 'UTF-8', true);?>
</option><option value="out"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['out'], ENT_QUOTES, 'UTF-8', true);?>
</option></select><em class="kvm-wrong" kvm-text="errors.direction" kvm-bind:hidden="!errors.direction"></em></label>
                <label class="kvm-field"><span><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['verdict'], ENT_QUOTES, 'UTF-8', true);?>
</span><select class="form-control custom-select" dir="ltr" name="verdict" kvm-model="wanted.verdict"><option>ACCEPT</option><option>DROP</option><?php if (!empty($_smarty_tpl->tpl_vars['puq']->value['staff'])) {?><option>REJECT</option><?php }?></select><em class="kvm-wrong" kvm-text="errors.verdict" kvm-bind:hidden="!errors.verdict"></em></label>
                <label class="kvm-field"><span><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['protocol'], ENT_QUOTES, 'UTF-8', true);?>
</span><select class="form-control custom-select" name="protocol" kvm-model="wanted.protocol"><option value=""><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['any'], ENT_QUOTES, 'UTF-8', true);?>
</option><option value="tcp">TCP</option><option value="udp">UDP</option><option value="icmp">ICMP</option><option value="ipv6-icmp">ICMPv6</option><option value="sctp">SCTP</option></select><em class="kvm-wrong" kvm-text="errors.protocol" kvm-bind:hidden="!errors.protocol"></em></label>
                <label class="kvm-field"><span><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['source'], ENT_QUOTES, 'UTF-8', true);?>
</span><input type="text" class="form-control" dir="ltr" name="source" placeholder="192.0.2.0/24" kvm-model="wanted.source"><em class="kvm-wrong" kvm-text="errors.source" kvm-bind:hidden="!errors.source"></em></label>
                <label class="kvm-field"><span><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['source_port'], ENT_QUOTES, 'UTF-8', true);?>
</span><input type="text" class="form-control" dir="ltr" name="source_port" placeholder="1024:65535" kvm-model="wanted.source_port"><em class="kvm-wrong" kvm-text="errors.source_port" kvm-bind:hidden="!errors.source_port"></em></label>
                <label class="kvm-field"><span><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['dest'], ENT_QUOTES, 'UTF-8', true);?>
</span><input type="text" class="form-control" dir="ltr" name="dest" placeholder="2001:db8::/32" kvm-model="wanted.dest"><em class="kvm-wrong" kvm-text="errors.dest" kvm-bind:hidden="!errors.dest"></em></label>
                <label class="kvm-field"><span><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['dest_port'], ENT_QUOTES, 'UTF-8', true);?>
</span><input type="text" class="form-control" dir="ltr" name="dest_port" placeholder="443" kvm-model="wanted.dest_port"><em class="kvm-wrong" kvm-text="errors.dest_port" kvm-bind:hidden="!errors.dest_port"></em></label>
                <label class="kvm-field"><span><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['comment'], ENT_QUOTES, 'UTF-8', true);?>
</span><input type="text" class="form-control" dir="auto" name="comment" maxlength="128" kvm-model="wanted.comment"><em class="kvm-wrong" kvm-text="errors.comment" kvm-bind:hidden="!errors.comment"></em></label>
                <button type="submit" class="btn btn-primary" data-do="firewall_rule_add" kvm-bind:disabled="held()"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['rule_add'], ENT_QUOTES, 'UTF-8', true);?>
</button>
            </form>
            <p class="kvm-muted kvm-empty" kvm-bind:hidden="data.rules.length > 0"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['no_rules'], ENT_QUOTES, 'UTF-8', true);?>
</p>
            <div class="kvm-scroll kvm-above" tabindex="0" role="region" aria-label="<?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['rules'], ENT_QUOTES, 'UTF-8', true);?>
" kvm-bind:hidden="data.rules.length === 0">
                <table class="table kvm-table">
                    <thead><tr><th scope="col">#</th><th scope="col"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['direction'], ENT_QUOTES, 'UTF-8', true);?>
</th><th scope="col"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['verdict'], ENT_QUOTES, 'UTF-8', true);?>
</th><th scope="col"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['protocol'], ENT_QUOTES, 'UTF-8', true);?>
</th><th scope="col"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['source'], ENT_QUOTES, 'UTF-8', true);?>
</th><th scope="col"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['dest'], ENT_QUOTES, 'UTF-8', true);?>
</th><th scope="col"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['comment'], ENT_QUOTES, 'UTF-8', true);?>
</th><th scope="col"><?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['actions'], ENT_QUOTES, 'UTF-8', true);?>
</th></tr></thead>
                    <tbody>
                        <template kvm-for="rule in data.rules" kvm-bind:key="rule.pos">
                            <tr draggable="true" data-row="rule" kvm-bind:class="rule.enabled ? '' : 'kvm-off'" kvm-on:dragstart="dragged = rule" kvm-on:dragover.prevent="" kvm-on:drop.prevent="drop(rule)">
                                <td class="kvm-handle" kvm-text="rule.pos"></td>
                                <td kvm-text="rule.direction === 'out' ? $root.dataset.out : rule.direction === 'in' ? $root.dataset.in : rule.direction"></td>
                                <td><span class="kvm-tag" kvm-bind:class="'is-' + rule.verdict" kvm-text="rule.verdict"></span></td>
                                <td><bdi dir="ltr" kvm-text="rule.macro || rule.protocol || '–'"></bdi></td>
                                <td><bdi dir="ltr" class="kvm-code" kvm-text="peer(rule.source, rule.source_port)"></bdi></td>
                                <td><bdi dir="ltr" class="kvm-code" kvm-text="peer(rule.dest, rule.dest_port)"></bdi></td>
                                <td><bdi kvm-text="rule.comment"></bdi></td>
                                <td class="kvm-nobreak">
                                    <button type="button" class="btn btn-default btn-light btn-sm" data-do="up" aria-label="<?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['up'], ENT_QUOTES, 'UTF-8', true);?>
" title="<?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['up'], ENT_QUOTES, 'UTF-8', true);?>
" kvm-bind:disabled="held() || rule.pos === 0" kvm-on:click="move(rule, rule.pos - 1)">↑</button>
                                    <button type="button" class="btn btn-default btn-light btn-sm" data-do="down" aria-label="<?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['down'], ENT_QUOTES, 'UTF-8', true);?>
" title="<?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['down'], ENT_QUOTES, 'UTF-8', true);?>
" kvm-bind:disabled="held() || rule.pos === data.last" kvm-on:click="move(rule, rule.pos + 1)">↓</button>
                                    <button type="button" class="btn btn-default btn-light btn-sm" data-do="firewall_rule_remove" aria-label="<?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['remove'], ENT_QUOTES, 'UTF-8', true);?>
" title="<?php echo htmlspecialchars((string)$_smarty_tpl->tpl_vars['puq']->value['text']['remove'], ENT_QUOTES, 'UTF-8', true);?>
" kvm-bind:disabled="held()" kvm-on:click="remove(rule)">✕</button>
                                </td>
                            </tr>
                        </template>
                    </tbody>
                </table>
            </div>
        </div></div>
    </div></template>
</div>
<?php }
}
