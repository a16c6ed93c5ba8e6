{* The firewall: both policies, ready rules, and the rules in their order. *}
<div kvm-data="firewall" data-in="{$puq.text.in|escape:'html'}" data-out="{$puq.text.out|escape:'html'}">
    <p class="kvm-muted kvm-wait" kvm-bind:hidden="data || error">{$puq.text.loading|escape:'html'}</p>
    <div class="kvm-notice is-bad" role="alert" kvm-bind:hidden="!error" hidden><span kvm-text="error"></span> <button type="button" class="btn btn-default btn-light btn-sm" kvm-on:click="load()">{$puq.text.again|escape:'html'}</button></div>
    <template kvm-if="data"><div>
        <div class="kvm-notice is-bad" role="status" kvm-bind:hidden="!locksOut()">{$puq.text.lockout|escape:'html'}</div>
        <div class="kvm-card panel panel-default card"><div class="kvm-body panel-body card-body">
            <h3>{$puq.text.policies|escape:'html'}</h3>
            <p class="kvm-muted">{$puq.text.policies_hint|escape:'html'}</p>
            <form class="kvm-form kvm-above" kvm-on:submit.prevent.stop="save()">
                <label class="kvm-field"><span>{$puq.text.policy_in|escape:'html'}</span><select class="form-control custom-select" dir="ltr" name="policy_in" kvm-model="policyIn"><option>ACCEPT</option><option>DROP</option>{if !empty($puq.staff)}<option>REJECT</option>{/if}</select></label>
                <label class="kvm-field"><span>{$puq.text.policy_out|escape:'html'}</span><select class="form-control custom-select" dir="ltr" name="policy_out" kvm-model="policyOut"><option>ACCEPT</option><option>DROP</option>{if !empty($puq.staff)}<option>REJECT</option>{/if}</select></label>
                <button type="submit" class="btn btn-primary" data-do="firewall_policies" kvm-bind:disabled="held()">{$puq.text.save|escape:'html'}</button>
            </form>
            <p class="kvm-why" kvm-text="why()" kvm-bind:hidden="!why()"></p>
        </div></div>
        <div class="kvm-card panel panel-default card"><div class="kvm-body panel-body card-body">
            <div class="kvm-line"><h3>{$puq.text.rules|escape:'html'}</h3><span class="kvm-slots"><bdi dir="ltr" kvm-text="data.rules.length + ' / ' + data.limit"></bdi></span></div>
            <p class="kvm-muted">{$puq.text.rules_hint|escape:'html'}</p>
            <div class="kvm-actions kvm-above" role="group" aria-label="{$puq.text.presets|escape:'html'}">
                <button type="button" class="btn btn-primary btn-sm" data-do="rule_form" kvm-on:click="isAdding = !isAdding" kvm-bind:aria-expanded="isAdding ? 'true' : 'false'">{$puq.text.rule_add|escape:'html'}</button>
                <template kvm-for="name in presets" kvm-bind:key="name"><button type="button" class="btn btn-default btn-light btn-sm" kvm-bind:data-preset="name" kvm-bind:disabled="held()" kvm-on:click="preset(name)"><span aria-hidden="true">+ </span><bdi dir="ltr" kvm-text="name"></bdi></button></template>
            </div>
            <form class="kvm-form kvm-rule-form kvm-above" kvm-bind:hidden="!isAdding" kvm-on:submit.prevent.stop="add()">
                <label class="kvm-field"><span>{$puq.text.direction|escape:'html'}</span><select class="form-control custom-select" name="direction" kvm-model="wanted.direction"><option value="in">{$puq.text.in|escape:'html'}</option><option value="out">{$puq.text.out|escape:'html'}</option></select><em class="kvm-wrong" kvm-text="errors.direction" kvm-bind:hidden="!errors.direction"></em></label>
                <label class="kvm-field"><span>{$puq.text.verdict|escape:'html'}</span><select class="form-control custom-select" dir="ltr" name="verdict" kvm-model="wanted.verdict"><option>ACCEPT</option><option>DROP</option>{if !empty($puq.staff)}<option>REJECT</option>{/if}</select><em class="kvm-wrong" kvm-text="errors.verdict" kvm-bind:hidden="!errors.verdict"></em></label>
                <label class="kvm-field"><span>{$puq.text.protocol|escape:'html'}</span><select class="form-control custom-select" name="protocol" kvm-model="wanted.protocol"><option value="">{$puq.text.any|escape:'html'}</option><option value="tcp">TCP</option><option value="udp">UDP</option><option value="icmp">ICMP</option><option value="ipv6-icmp">ICMPv6</option><option value="sctp">SCTP</option></select><em class="kvm-wrong" kvm-text="errors.protocol" kvm-bind:hidden="!errors.protocol"></em></label>
                <label class="kvm-field"><span>{$puq.text.source|escape:'html'}</span><input type="text" class="form-control" dir="ltr" name="source" placeholder="192.0.2.0/24" kvm-model="wanted.source"><em class="kvm-wrong" kvm-text="errors.source" kvm-bind:hidden="!errors.source"></em></label>
                <label class="kvm-field"><span>{$puq.text.source_port|escape:'html'}</span><input type="text" class="form-control" dir="ltr" name="source_port" placeholder="1024:65535" kvm-model="wanted.source_port"><em class="kvm-wrong" kvm-text="errors.source_port" kvm-bind:hidden="!errors.source_port"></em></label>
                <label class="kvm-field"><span>{$puq.text.dest|escape:'html'}</span><input type="text" class="form-control" dir="ltr" name="dest" placeholder="2001:db8::/32" kvm-model="wanted.dest"><em class="kvm-wrong" kvm-text="errors.dest" kvm-bind:hidden="!errors.dest"></em></label>
                <label class="kvm-field"><span>{$puq.text.dest_port|escape:'html'}</span><input type="text" class="form-control" dir="ltr" name="dest_port" placeholder="443" kvm-model="wanted.dest_port"><em class="kvm-wrong" kvm-text="errors.dest_port" kvm-bind:hidden="!errors.dest_port"></em></label>
                <label class="kvm-field"><span>{$puq.text.comment|escape:'html'}</span><input type="text" class="form-control" dir="auto" name="comment" maxlength="128" kvm-model="wanted.comment"><em class="kvm-wrong" kvm-text="errors.comment" kvm-bind:hidden="!errors.comment"></em></label>
                <button type="submit" class="btn btn-primary" data-do="firewall_rule_add" kvm-bind:disabled="held()">{$puq.text.rule_add|escape:'html'}</button>
            </form>
            <p class="kvm-muted kvm-empty" kvm-bind:hidden="data.rules.length > 0">{$puq.text.no_rules|escape:'html'}</p>
            <div class="kvm-scroll kvm-above" tabindex="0" role="region" aria-label="{$puq.text.rules|escape:'html'}" kvm-bind:hidden="data.rules.length === 0">
                <table class="table kvm-table">
                    <thead><tr><th scope="col">#</th><th scope="col">{$puq.text.direction|escape:'html'}</th><th scope="col">{$puq.text.verdict|escape:'html'}</th><th scope="col">{$puq.text.protocol|escape:'html'}</th><th scope="col">{$puq.text.source|escape:'html'}</th><th scope="col">{$puq.text.dest|escape:'html'}</th><th scope="col">{$puq.text.comment|escape:'html'}</th><th scope="col">{$puq.text.actions|escape:'html'}</th></tr></thead>
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
                                    <button type="button" class="btn btn-default btn-light btn-sm" data-do="up" aria-label="{$puq.text.up|escape:'html'}" title="{$puq.text.up|escape:'html'}" kvm-bind:disabled="held() || rule.pos === 0" kvm-on:click="move(rule, rule.pos - 1)">↑</button>
                                    <button type="button" class="btn btn-default btn-light btn-sm" data-do="down" aria-label="{$puq.text.down|escape:'html'}" title="{$puq.text.down|escape:'html'}" kvm-bind:disabled="held() || rule.pos === data.last" kvm-on:click="move(rule, rule.pos + 1)">↓</button>
                                    <button type="button" class="btn btn-default btn-light btn-sm" data-do="firewall_rule_remove" aria-label="{$puq.text.remove|escape:'html'}" title="{$puq.text.remove|escape:'html'}" kvm-bind:disabled="held()" kvm-on:click="remove(rule)">✕</button>
                                </td>
                            </tr>
                        </template>
                    </tbody>
                </table>
            </div>
        </div></div>
    </div></template>
</div>
