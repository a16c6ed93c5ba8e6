<link rel="stylesheet" href="{$WEB_ROOT|escape:'html'}/modules/servers/puqProxmoxKVM/assets/kvm.css?v={$puq.version|escape:'url'}">
{* WHMCS tells modules only the part of an option before the pipe; what the client chose by name is known here alone. *}
{assign var="kvmSystem" value=""}
{if $configurableoptions}{foreach from=$configurableoptions item=option}{if $option.optionname == "Operating System" || $option.optionname|truncate:2:"" == "OS"}{assign var="kvmSystem" value=$option.selectedoption}{/if}{/foreach}{/if}
<div class="puq-kvm" data-kvm{if $puq.rtl} dir="rtl"{/if}
    data-endpoint="clientarea.php?action=productdetails"
    data-params="{$puq.params|escape:'html'}"
    data-view="{$puq.view|escape:'html'}"
    data-texts="{$puq.texts|escape:'html'}">

    {if $modulecustombuttonresult}
        {if $modulecustombuttonresult == "success"}
    <div class="alert alert-success" role="status">{$puq.text.done|escape:'html'}</div>
        {else}
    <div class="alert alert-danger" role="alert">{$modulecustombuttonresult|escape:'html'}</div>
        {/if}
    {/if}

    <div class="kvm-card kvm-head panel panel-default card">
        <div class="kvm-body panel-body card-body">
            <div class="kvm-title">
                <span class="kvm-pill" data-bind-class="status.key" aria-live="polite"><i class="kvm-dot" aria-hidden="true"></i><span data-bind="status.label"></span></span>
                <h2 data-bind="name"></h2>
                <p class="kvm-muted">
                    <span data-bind="os" data-if="os"></span>
                    {if $kvmSystem}<span data-if="os_unnamed" hidden>{$kvmSystem|escape:'html'}</span>{/if}
                    <span data-bind="uptime" data-if="uptime"></span>
                    <span class="kvm-lock" data-bind="lock" data-if="lock"></span>
                </p>
            </div>
            <div class="kvm-actions">
                <button type="button" class="btn btn-success" data-op="start" data-if="actions.start" data-off="actions.start.refused" data-why="actions.start.why">{$puq.text.start|escape:'html'}</button>
                <button type="button" class="btn btn-default btn-light" data-op="reboot" data-if="actions.reboot" data-off="actions.reboot.refused" data-why="actions.reboot.why" data-confirm="{$puq.text.ask_reboot|escape:'html'}">{$puq.text.reboot|escape:'html'}</button>
                <button type="button" class="btn btn-default btn-light" data-op="shutdown" data-if="actions.shutdown" data-off="actions.shutdown.refused" data-why="actions.shutdown.why" data-confirm="{$puq.text.ask_shutdown|escape:'html'}">{$puq.text.shutdown|escape:'html'}</button>
                <button type="button" class="btn btn-danger" data-op="stop" data-if="actions.stop" data-off="actions.stop.refused" data-why="actions.stop.why" data-confirm="{$puq.text.ask_stop|escape:'html'}">{$puq.text.stop|escape:'html'}</button>
            </div>
        </div>
    </div>

    <div class="kvm-notice" data-notice role="status" aria-live="polite" hidden></div>

    <div class="kvm-card kvm-progress panel panel-default card" data-if="progress" hidden>
        <div class="kvm-body panel-body card-body">
            <h3 data-bind="progress.title"></h3>
            <div class="kvm-bar is-moving" role="progressbar" aria-valuemin="0" aria-valuemax="100" data-bind-now="progress.percent" aria-label="{$puq.text.progress|escape:'html'}"><span data-bind-width="progress.percent"></span></div>
            <p><strong data-bind="progress.step"></strong></p>
            <p class="kvm-muted kvm-small">{$puq.text.progress_hint|escape:'html'}</p>
        </div>
    </div>

    <div class="kvm-card kvm-trouble panel panel-default card" data-if="trouble" role="alert" hidden>
        <div class="kvm-body panel-body card-body">
            <h3>{$puq.text.trouble_title|escape:'html'}</h3>
            <p data-bind="trouble.text"></p>
            <p class="kvm-muted kvm-small">{$puq.text.trouble_hint|escape:'html'}</p>
        </div>
    </div>

    <div class="kvm-card kvm-trouble panel panel-default card" data-if="failed" role="alert" hidden>
        <div class="kvm-body panel-body card-body"><p data-bind="failed"></p></div>
    </div>

    <div class="kvm-grid" data-if="live" hidden>
        <div class="kvm-card panel panel-default card">
            <div class="kvm-body panel-body card-body">
                <div class="kvm-line"><h3>{$puq.text.cpu|escape:'html'}</h3><strong class="kvm-number" data-bind="live.cpu.number"></strong></div>
                <div class="kvm-bar" data-bind-class="live.cpu.level" role="progressbar" aria-valuemin="0" aria-valuemax="100" data-bind-now="live.cpu.percent" aria-label="{$puq.text.cpu|escape:'html'}"><span data-bind-width="live.cpu.percent"></span></div>
                <p class="kvm-muted" data-bind="live.cpu.text"></p>
            </div>
        </div>
        <div class="kvm-card panel panel-default card">
            <div class="kvm-body panel-body card-body">
                <div class="kvm-line"><h3>{$puq.text.memory|escape:'html'}</h3><strong class="kvm-number" data-bind="live.memory.number"></strong></div>
                <div class="kvm-bar" data-bind-class="live.memory.level" role="progressbar" aria-valuemin="0" aria-valuemax="100" data-bind-now="live.memory.percent" aria-label="{$puq.text.memory|escape:'html'}"><span data-bind-width="live.memory.percent"></span></div>
                <p class="kvm-muted" data-bind="live.memory.text"></p>
            </div>
        </div>
        <div class="kvm-card panel panel-default card">
            <div class="kvm-body panel-body card-body">
                <h3>{$puq.text.storage|escape:'html'}</h3>
                <div>
                    <template data-each="live.disks">
                        <div class="kvm-disk">
                            <div class="kvm-line"><span data-bind="title"></span><strong data-bind="size"></strong></div>
                            <p class="kvm-muted kvm-small">{$puq.text.read|escape:'html'} <span data-bind="read"></span> · {$puq.text.write|escape:'html'} <span data-bind="write"></span></p>
                        </div>
                    </template>
                </div>
            </div>
        </div>
        <div class="kvm-card panel panel-default card">
            <div class="kvm-body panel-body card-body">
                <h3>{$puq.text.network|escape:'html'}</h3>
                <dl class="kvm-list">
                    <div><dt>{$puq.text.bandwidth|escape:'html'}</dt><dd data-bind="live.net.rate"></dd></div>
                    <div><dt>{$puq.text.adapter|escape:'html'}</dt><dd data-bind="live.net.model"></dd></div>
                    <div><dt>MAC</dt><dd class="kvm-code" data-bind="live.net.mac"></dd></div>
                </dl>
            </div>
        </div>
    </div>

    <div class="kvm-card panel panel-default card" data-if="addresses.length" hidden>
        <div class="kvm-body panel-body card-body">
            <h3>{$puq.text.addresses|escape:'html'}</h3>
            <div>
                <template data-each="addresses">
                    <div class="kvm-address">
                        <span class="kvm-tag" data-bind="family"></span>
                        <div class="kvm-grow">
                            <div><span class="kvm-code" data-bind="address"></span><span class="kvm-muted kvm-code" data-bind="prefix"></span> <span class="kvm-tag kvm-tag-quiet" data-if="extra">{$puq.text.extra|escape:'html'}</span></div>
                            <p class="kvm-muted kvm-small">
                                <span data-if="gateway">{$puq.text.gateway|escape:'html'} <span class="kvm-code" data-bind="gateway"></span></span>
                                <span data-if="dns">DNS <span class="kvm-code" data-bind="dns"></span></span>
                                <span data-if="rdns">rDNS <span class="kvm-code" data-bind="rdns"></span></span>
                            </p>
                        </div>
                        <button type="button" class="btn btn-default btn-light btn-sm kvm-copy" data-copy="address">{$puq.text.copy|escape:'html'}</button>
                    </div>
                </template>
            </div>
            <dl class="kvm-list kvm-access">
                <div data-if="username"><dt>{$puq.text.username|escape:'html'}</dt><dd><span class="kvm-code" data-bind="username"></span> <button type="button" class="btn btn-default btn-light btn-xs btn-sm kvm-copy" data-copy="username">{$puq.text.copy|escape:'html'}</button></dd></div>
            </dl>
        </div>
    </div>

    <div class="kvm-card panel panel-default card">
        <div class="kvm-body panel-body card-body">
            <h3>{$puq.text.billing|escape:'html'}</h3>
            <dl class="kvm-list kvm-columns">
                <div><dt>{$puq.text.product|escape:'html'}</dt><dd>{if $groupname}{$groupname|escape:'html'} – {/if}{$product|escape:'html'}</dd></div>
                <div><dt>{$puq.text.status|escape:'html'}</dt><dd>{$status|escape:'html'}</dd></div>
                {if $regdate}<div><dt>{$puq.text.registered|escape:'html'}</dt><dd>{$regdate|escape:'html'}</dd></div>{/if}
                {if $nextduedate}<div><dt>{$puq.text.due|escape:'html'}</dt><dd>{$nextduedate|escape:'html'}</dd></div>{/if}
                {if $recurringamount}<div><dt>{$puq.text.amount|escape:'html'}</dt><dd>{$recurringamount|escape:'html'}{if $billingcycle} · {$billingcycle|escape:'html'}{/if}</dd></div>{/if}
                {if $paymentmethod}<div><dt>{$puq.text.payment|escape:'html'}</dt><dd>{$paymentmethod|escape:'html'}</dd></div>{/if}
                {if $suspendreason}<div><dt>{$puq.text.suspended|escape:'html'}</dt><dd>{$suspendreason|escape:'html'}</dd></div>{/if}
                {if $customfields}{foreach from=$customfields item=field}
                <div><dt>{$field.name|escape:'html'}</dt><dd>{$field.value|escape:'html'}</dd></div>
                {/foreach}{/if}
            </dl>
            {if $configurableoptions}
            <details class="kvm-more">
                <summary>{$puq.text.options|escape:'html'}</summary>
                <dl class="kvm-list kvm-columns">
                    {foreach from=$configurableoptions item=option}
                    <div><dt>{$option.optionname|escape:'html'}</dt><dd>{if $option.optiontype == 3}{if $option.selectedqty}{$puq.text.yes|escape:'html'}{else}{$puq.text.no|escape:'html'}{/if}{elseif $option.optiontype == 4}{$option.selectedqty|escape:'html'} × {$option.selectedoption|escape:'html'}{else}{$option.selectedoption|escape:'html'}{/if}</dd></div>
                    {/foreach}
                </dl>
            </details>
            {/if}
        </div>
    </div>
</div>
{* Other modules' hooks answer with HTML of their own; WHMCS's own templates print it as it is. *}
{if $hookOutput}{foreach from=$hookOutput item=output}<div>{$output nofilter}</div>{/foreach}{/if}
<script src="{$WEB_ROOT|escape:'html'}/modules/servers/puqProxmoxKVM/assets/kvm.js?v={$puq.version|escape:'url'}"></script>
