{* The page of one machine. Its parts are files of their own (templates/parts): a theme brings its own of each, as
   templates/<theme>/modules/servers/puqProxmoxKVM/parts/<name>.tpl. The attributes kvm-… are Alpine's. *}
<link rel="stylesheet" href="{$WEB_ROOT|escape:'html'}/modules/servers/puqProxmoxKVM/assets/kvm.css?v={$puq.version|escape:'url'}">
<link rel="stylesheet" href="{$WEB_ROOT|escape:'html'}/modules/servers/puqProxmoxKVM/assets/built/client.css?v={$puq.version|escape:'url'}">
<div class="puq-kvm" data-kvm kvm-data="machine"{if $puq.rtl} dir="rtl"{/if}
    data-endpoint="clientarea.php?action=productdetails"
    data-locale="{$puq.locale|escape:'html'}"
    data-params="{$puq.params|escape:'html'}"
    data-view="{$puq.view|escape:'html'}"
    data-texts="{$puq.texts|escape:'html'}">

    {if !empty($modulecustombuttonresult)}
        {if $modulecustombuttonresult == "success"}
    <div class="alert alert-success" role="status">{$puq.text.done|escape:'html'}</div>
        {else}
    <div class="alert alert-danger" role="alert">{$modulecustombuttonresult|escape:'html':'UTF-8':false}</div>
        {/if}
    {/if}
    <noscript><div class="alert alert-warning">{$puq.text.noscript|escape:'html'}</div></noscript>

    <div class="kvm-card kvm-head panel panel-default card">
        <div class="kvm-body panel-body card-body">
            <div class="kvm-title">
                <span class="kvm-pill" kvm-bind:class="vm.pill()" aria-live="polite"><i class="kvm-dot" aria-hidden="true"></i><span kvm-text="vm.view.status.label">{$puq.first.label|escape:'html'}</span></span>
                <h2><bdi kvm-text="vm.view.name">{$puq.first.name|escape:'html'}</bdi></h2>
                <p class="kvm-muted">
                    <span kvm-text="vm.view.os" kvm-bind:hidden="!vm.view.os" hidden></span>
                    {if !empty($puq.system)}<span kvm-bind:hidden="!vm.view.os_unnamed" hidden>{$puq.system|escape:'html'}</span>{/if}
                    <span kvm-text="vm.view.uptime" kvm-bind:hidden="!vm.view.uptime" hidden></span>
                    <span class="kvm-lock" kvm-text="vm.view.lock" kvm-bind:hidden="!vm.view.lock" hidden></span>
                </p>
                <p class="kvm-muted kvm-small" kvm-text="vm.asOfText()" kvm-bind:hidden="!vm.asOfText()" hidden></p>
            </div>
            <div class="kvm-power">
                <div class="kvm-actions">
                    <button type="button" class="btn btn-success" data-op="start" disabled kvm-bind:hidden="!vm.offers('start')" kvm-bind:disabled="vm.isOff('start')" kvm-bind:class="vm.sending === 'start' ? 'kvm-busy' : ''" kvm-on:click="vm.press('start', '')">{$puq.text.start|escape:'html'}</button>
                    <button type="button" class="btn btn-default btn-light" data-op="reboot" disabled kvm-bind:hidden="!vm.offers('reboot')" kvm-bind:disabled="vm.isOff('reboot')" kvm-bind:class="vm.sending === 'reboot' ? 'kvm-busy' : ''" kvm-on:click="vm.press('reboot', $el.dataset.question)" data-question="{$puq.text.ask_reboot|escape:'html'}">{$puq.text.reboot|escape:'html'}</button>
                    <button type="button" class="btn btn-default btn-light" data-op="shutdown" disabled kvm-bind:hidden="!vm.offers('shutdown')" kvm-bind:disabled="vm.isOff('shutdown')" kvm-bind:class="vm.sending === 'shutdown' ? 'kvm-busy' : ''" kvm-on:click="vm.press('shutdown', $el.dataset.question)" data-question="{$puq.text.ask_shutdown|escape:'html'}">{$puq.text.shutdown|escape:'html'}</button>
                    <button type="button" class="btn btn-danger" data-op="stop" disabled kvm-bind:hidden="!vm.offers('stop')" kvm-bind:disabled="vm.isOff('stop')" kvm-bind:class="vm.sending === 'stop' ? 'kvm-busy' : ''" kvm-on:click="vm.press('stop', $el.dataset.question)" data-question="{$puq.text.ask_stop|escape:'html'}">{$puq.text.stop|escape:'html'}</button>
                </div>
                <template kvm-for="why in vm.reasons()" kvm-bind:key="why"><p class="kvm-why" kvm-text="why"></p></template>
            </div>
        </div>
    </div>

    <div class="kvm-notice" data-notice kvm-bind:class="vm.isGoodNews ? 'is-good' : 'is-bad'" kvm-bind:hidden="!vm.news" kvm-text="vm.news" role="status" aria-live="polite" hidden></div>

    <div class="kvm-notice kvm-lost is-bad" kvm-bind:hidden="!vm.isStale()" role="alert" hidden>
        <span kvm-text="vm.isStale() ? vm.lostText() : ''"></span>
        <button type="button" class="btn btn-default btn-light btn-sm" kvm-on:click="vm.reload()">{$puq.text.reload|escape:'html'}</button>
    </div>

    <template kvm-if="vm.view.progress">
        <div class="kvm-card kvm-progress panel panel-default card">
            <div class="kvm-body panel-body card-body">
                <h3 kvm-text="vm.view.progress.title"></h3>
                <div class="kvm-bar" kvm-bind:class="vm.view.progress.waits ? 'is-middle' : 'is-moving'" role="progressbar" aria-valuemin="0" aria-valuemax="100" kvm-bind:aria-valuenow="vm.view.progress.percent" aria-label="{$puq.text.progress|escape:'html'}"><span kvm-width="vm.view.progress.percent"></span></div>
                <p><strong kvm-text="vm.view.progress.step" kvm-bind:hidden="!vm.view.progress.step"></strong> <span class="kvm-pace" kvm-text="vm.pace()"></span></p>
                <p class="kvm-why" kvm-text="vm.view.progress.waits" kvm-bind:hidden="!vm.view.progress.waits"></p>
                <p class="kvm-muted kvm-small">{$puq.text.progress_hint|escape:'html'}</p>
            </div>
        </div>
    </template>

    <template kvm-if="vm.view.trouble">
        <div class="kvm-card kvm-trouble panel panel-default card" role="alert">
            <div class="kvm-body panel-body card-body">
                <h3>{$puq.text.trouble_title|escape:'html'}</h3>
                <p kvm-text="vm.view.trouble.text"></p>
                <p class="kvm-muted kvm-small" kvm-bind:hidden="!vm.view.trouble.passes">{$puq.text.trouble_hint|escape:'html'}</p>
            </div>
        </div>
    </template>

    {* Suspending and ending happen while the page is open, too. *}
    <div class="kvm-card kvm-warning panel panel-default card" data-picture="suspended"{if $puq.first.key != 'suspended'} hidden{/if} kvm-bind:hidden="vm.view.status.key !== 'suspended'">
        <div class="kvm-body panel-body card-body">
            <h3>{$puq.text.suspended_title|escape:'html'}</h3>
            {if !empty($suspendreason)}<p>{$puq.text.suspended|escape:'html'}: {$suspendreason|escape:'html':'UTF-8':false}</p>{/if}
            <p>{$puq.text.suspended_hint|escape:'html'} <a href="clientarea.php?action=invoices">{$puq.text.invoices|escape:'html'}</a></p>
        </div>
    </div>
    <div class="kvm-card kvm-warning panel panel-default card" data-picture="over"{if $puq.first.key != 'over'} hidden{/if} kvm-bind:hidden="vm.view.status.key !== 'over'">
        <div class="kvm-body panel-body card-body">
            <h3>{$puq.text.over_title|escape:'html'}</h3>
            <p>{$puq.text.over_hint|escape:'html'} <a href="clientarea.php?action=invoices">{$puq.text.invoices|escape:'html'}</a></p>
        </div>
    </div>

    <template kvm-if="vm.view.failed">
        <div class="kvm-card kvm-trouble panel panel-default card" role="alert">
            <div class="kvm-body panel-body card-body">
                <p kvm-text="vm.view.failed"></p>
                <div class="kvm-actions kvm-above" kvm-bind:hidden="!vm.view.restore_failed">
                    {if !empty($puq.pages.backups)}<a class="btn btn-primary" href="#backups">{$puq.action.backup_restore|escape:'html'}</a>{/if}
                    {if !empty($puq.pages.reinstall)}<a class="btn btn-default btn-light" href="#reinstall">{$puq.action.reinstall|escape:'html'}</a>{/if}
                </div>
            </div>
        </div>
    </template>

    <template kvm-if="vm.pressing().length > 0">
        <div class="kvm-card panel panel-default card">
            <div class="kvm-body panel-body card-body">
                <h3>{$puq.text.requests|escape:'html'}</h3>
                <div aria-live="polite">
                    <template kvm-for="one in vm.pressing()" kvm-bind:key="one.args.id">
                        <div class="kvm-request">
                            <div class="kvm-grow">
                                <div><span class="kvm-mark" kvm-bind:class="'is-' + one.level" aria-hidden="true"></span> <strong kvm-text="one.label"></strong> <bdi class="kvm-code kvm-small" kvm-text="vm.subject(one)" kvm-bind:hidden="!one.subject"></bdi> – <span kvm-text="one.outcome"></span> <span class="kvm-muted kvm-small" kvm-text="vm.words.moment(one.at)"></span></div>
                                <p kvm-text="one.why" kvm-bind:hidden="!one.why"></p>
                            </div>
                            <button type="button" class="btn btn-default btn-light btn-sm" data-op="request_seen" kvm-bind:hidden="!one.ended" kvm-on:click="vm.dismiss(one.args.id)">{$puq.text.dismiss|escape:'html'}</button>
                        </div>
                    </template>
                </div>
            </div>
        </div>
    </template>

    <template kvm-if="vm.view.notice">
        <div class="kvm-card kvm-trouble panel panel-default card" role="status">
            <div class="kvm-body panel-body card-body"><p kvm-text="vm.view.notice"></p></div>
        </div>
    </template>

    {if count($puq.tabs) > 1}
    <nav class="kvm-tabs" aria-label="{$puq.text.tabs|escape:'html'}">
        {foreach from=$puq.tabs key=name item=label}<a href="#{$name|escape:'html'}" data-tab="{$name|escape:'html'}" kvm-bind:aria-current="vm.tab === $el.dataset.tab ? 'page' : false">{$label|escape:'html'}</a>{/foreach}
    </nav>
    {/if}

    {foreach from=$puq.parts key=name item=file}
    <section class="kvm-pane" data-pane="{$name|escape:'html'}"{if $name != 'overview'} hidden{/if} kvm-bind:hidden="vm.tab !== $el.dataset.pane">
        {include file=$file}
        {if $name == 'overview'}{include file=$puq.billing}{/if}
    </section>
    {/foreach}
</div>
{* Other modules' hooks answer with HTML of their own; WHMCS's own templates print it as it is. *}
{if !empty($hookOutput) && is_array($hookOutput)}{foreach from=$hookOutput item=output}<div>{$output nofilter}</div>{/foreach}{/if}
<script src="{$WEB_ROOT|escape:'html'}/modules/servers/puqProxmoxKVM/assets/built/client.js?v={$puq.version|escape:'url'}" defer></script>
