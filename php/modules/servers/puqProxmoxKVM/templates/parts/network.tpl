{* The network: every address with what belongs to it, and its reverse name where the product lets the client choose it. *}
<div class="kvm-card panel panel-default card"><div class="kvm-body panel-body card-body">
    <h3>{$puq.text.ip_addresses|escape:'html'}</h3>
    <p class="kvm-muted kvm-empty" kvm-bind:hidden="vm.view.addresses.length > 0">{$puq.text.no_addresses|escape:'html'}</p>
    <template kvm-for="one in vm.view.addresses" kvm-bind:key="one.address">
        <dl class="kvm-list kvm-columns kvm-boxed">
            <div><dt kvm-text="one.family"></dt><dd><bdi dir="ltr" class="kvm-code kvm-nobreak" kvm-text="one.address + one.prefix"></bdi> <span class="kvm-tag kvm-tag-quiet" kvm-bind:hidden="!one.extra">{$puq.text.extra|escape:'html'}</span> <button type="button" class="btn btn-default btn-light btn-xs btn-sm kvm-copy" kvm-on:click="vm.copy($event, one.address)" kvm-bind:aria-label="vm.copyLabel(one.address)">{$puq.text.copy|escape:'html'}</button></dd></div>
            <div kvm-bind:hidden="!one.gateway"><dt>{$puq.text.gateway|escape:'html'}</dt><dd><bdi dir="ltr" class="kvm-code" kvm-text="one.gateway"></bdi></dd></div>
            <div kvm-bind:hidden="!one.dns"><dt>{$puq.text.resolvers|escape:'html'}</dt><dd><bdi dir="ltr" class="kvm-code" kvm-text="one.dns"></bdi></dd></div>
            {if empty($puq.pages.rdns)}<div kvm-bind:hidden="!one.rdns"><dt>{$puq.text.reverse|escape:'html'}</dt><dd><bdi dir="ltr" class="kvm-code" kvm-text="one.rdns"></bdi></dd></div>{/if}
        </dl>
    </template>
</div></div>
{if !empty($puq.pages.rdns)}
<div kvm-data="rdns">
    <p class="kvm-muted kvm-wait" kvm-bind:hidden="data || error">{$puq.text.loading|escape:'html'}</p>
    <div class="kvm-notice is-bad" role="alert" kvm-bind:hidden="!error" hidden><span kvm-text="error"></span> <button type="button" class="btn btn-default btn-light btn-sm" kvm-on:click="load()">{$puq.text.again|escape:'html'}</button></div>
    <template kvm-if="data"><div kvm-bind:hidden="data.addresses.length === 0">
        <div class="kvm-card panel panel-default card"><div class="kvm-body panel-body card-body">
            <h3>{$puq.text.reverse_names|escape:'html'}</h3>
            <p class="kvm-muted">{$puq.text.rdns_hint|escape:'html'} <span kvm-bind:hidden="!hasTicket()">{$puq.text.rdns_ticket|escape:'html'}</span></p>
            <form class="kvm-above" kvm-on:submit.prevent.stop="save()">
                <template kvm-for="one in data.addresses" kvm-bind:key="one.address">
                    <div class="kvm-field kvm-name">
                        <label kvm-bind:for="'rdns-' + one.address"><bdi dir="ltr" class="kvm-code" kvm-text="one.address"></bdi></label>
                        <div class="kvm-grow">
                            <input type="text" class="form-control" dir="ltr" maxlength="255" spellcheck="false" autocomplete="off" kvm-bind:id="'rdns-' + one.address" kvm-bind:placeholder="one.default" kvm-bind:disabled="one.way === 'none'" kvm-bind:aria-invalid="errors[one.address] ? 'true' : false" kvm-model="names[one.address]">
                            <p class="kvm-wrong" role="alert" kvm-text="errors[one.address]" kvm-bind:hidden="!errors[one.address]"></p>
                            <p class="kvm-why" kvm-bind:hidden="one.way !== 'none'">{$puq.text.rdns_none|escape:'html'}</p>
                        </div>
                    </div>
                </template>
                <button type="submit" class="btn btn-primary kvm-above" data-do="rdns_save" kvm-bind:disabled="working || changed().length === 0">{$puq.text.save|escape:'html'}</button>
            </form>
        </div></div>
    </div></template>
</div>
{/if}
<div kvm-data="traffic">
    <p class="kvm-muted kvm-wait" kvm-bind:hidden="data || error">{$puq.text.loading|escape:'html'}</p>
    <div class="kvm-notice is-bad" role="alert" kvm-bind:hidden="!error" hidden><span kvm-text="error"></span> <button type="button" class="btn btn-default btn-light btn-sm" kvm-on:click="load()">{$puq.text.again|escape:'html'}</button></div>
    <template kvm-if="data">
        <div class="kvm-card panel panel-default card"><div class="kvm-body panel-body card-body">
            <h3>{$puq.text.traffic_month|escape:'html'}</h3>
            <dl class="kvm-list kvm-columns">
                <div><dt>{$puq.text.received|escape:'html'}</dt><dd><bdi dir="ltr" class="kvm-number" kvm-text="data.in"></bdi></dd></div>
                <div><dt>{$puq.text.sent|escape:'html'}</dt><dd><bdi dir="ltr" class="kvm-number" kvm-text="data.out"></bdi></dd></div>
                <div kvm-bind:hidden="!data.limit"><dt>{$puq.text.traffic_limit|escape:'html'}</dt><dd><bdi dir="ltr" class="kvm-number" kvm-text="data.allowed"></bdi></dd></div>
            </dl>
            <div class="kvm-bar kvm-above" role="progressbar" aria-valuemin="0" aria-valuemax="100" kvm-bind:hidden="!data.limit" kvm-bind:class="'is-' + data.level" kvm-bind:aria-valuenow="data.share" aria-label="{$puq.text.traffic_limit|escape:'html'}"><span kvm-width="data.share"></span></div>
            <div class="kvm-scroll kvm-above" tabindex="0" role="region" aria-label="{$puq.text.traffic_month|escape:'html'}" kvm-bind:hidden="data.rows.length === 0">
                <table class="table kvm-table">
                    <thead><tr><th scope="col">{$puq.text.day|escape:'html'} <bdi class="kvm-muted" kvm-text="data.zone"></bdi></th><th scope="col">{$puq.text.received|escape:'html'}</th><th scope="col">{$puq.text.sent|escape:'html'}</th></tr></thead>
                    <tbody><template kvm-for="one in data.rows" kvm-bind:key="one.day"><tr data-row="day"><td kvm-text="one.when"></td><td><bdi dir="ltr" kvm-text="one.in"></bdi></td><td><bdi dir="ltr" kvm-text="one.out"></bdi></td></tr></template></tbody>
                </table>
            </div>
            <p class="kvm-muted kvm-empty" kvm-bind:hidden="data.rows.length > 0">{$puq.text.no_data|escape:'html'}</p>
        </div></div>
    </template>
</div>
