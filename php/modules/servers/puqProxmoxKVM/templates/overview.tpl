<link rel="stylesheet" href="{$WEB_ROOT|escape:'html'}/modules/servers/puqProxmoxKVM/assets/kvm.css?v={$puq.version|escape:'url'}">
{* Values of WHMCS are encoded already or not, as they were stored: "false" leaves what is encoded as it is. *}
{* The variable is the list of rows that the product page has, or the module's own parameter of the same name. *}
{assign var="kvmFields" value=$puq.fields}
{if isset($productcustomfields) && is_array($productcustomfields)}{assign var="kvmFields" value=$productcustomfields}{/if}
<div class="puq-kvm" data-kvm{if $puq.rtl} dir="rtl"{/if}
    data-endpoint="clientarea.php?action=productdetails"
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

    <div class="kvm-card kvm-head panel panel-default card">
        <div class="kvm-body panel-body card-body">
            <div class="kvm-title">
                <span class="kvm-pill" data-bind-class="status.key" aria-live="polite"><i class="kvm-dot" aria-hidden="true"></i><span data-bind="status.label"></span></span>
                <h2 data-bind="name"></h2>
                <p class="kvm-muted">
                    <span data-bind="os" data-if="os"></span>
                    {if !empty($puq.system)}<span data-if="os_unnamed" hidden>{$puq.system|escape:'html'}</span>{/if}
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
            <p class="kvm-muted kvm-small" data-if="trouble.passes">{$puq.text.trouble_hint|escape:'html'}</p>
        </div>
    </div>

    <div class="kvm-card kvm-trouble panel panel-default card" data-if="failed" role="alert" hidden>
        <div class="kvm-body panel-body card-body"><p data-bind="failed"></p></div>
    </div>

    <div class="kvm-card panel panel-default card" data-if="requests.length" hidden>
        <div class="kvm-body panel-body card-body">
            <h3>{$puq.text.requests|escape:'html'}</h3>
            <div aria-live="polite">
                <template data-each="requests">
                    <div class="kvm-request">
                        <div class="kvm-grow">
                            <div><span class="kvm-mark" data-bind-class="level"></span> <strong data-bind="label"></strong> <span class="kvm-code kvm-small" data-bind="subject" data-if="subject"></span> – <span data-bind="outcome"></span> <span class="kvm-muted kvm-small" data-bind="when"></span></div>
                            <p data-bind="why" data-if="why"></p>
                        </div>
                        <button type="button" class="btn btn-default btn-light btn-sm" data-op="request_seen" data-if="ended">{$puq.text.dismiss|escape:'html'}</button>
                    </div>
                </template>
            </div>
        </div>
    </div>

    <div class="kvm-card kvm-trouble panel panel-default card" data-if="notice" role="status" hidden>
        <div class="kvm-body panel-body card-body"><p data-bind="notice"></p></div>
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
                <div><dt>{$puq.text.product|escape:'html'}</dt><dd>{if !empty($groupname)}{$groupname|escape:'html':'UTF-8':false} – {/if}{$product|escape:'html':'UTF-8':false}</dd></div>
                <div><dt>{$puq.text.status|escape:'html'}</dt><dd>{$status|escape:'html':'UTF-8':false}</dd></div>
                {if !empty($regdate)}<div><dt>{$puq.text.registered|escape:'html'}</dt><dd>{$regdate|escape:'html':'UTF-8':false}</dd></div>{/if}
                {if !empty($nextduedate)}<div><dt>{$puq.text.due|escape:'html'}</dt><dd>{$nextduedate|escape:'html':'UTF-8':false}</dd></div>{/if}
                {if !empty($recurringamount)}<div><dt>{$puq.text.amount|escape:'html'}</dt><dd>{$recurringamount|escape:'html':'UTF-8':false}{if !empty($billingcycle)} · {$billingcycle|escape:'html':'UTF-8':false}{/if}</dd></div>{/if}
                {if !empty($paymentmethod)}<div><dt>{$puq.text.payment|escape:'html'}</dt><dd>{$paymentmethod|escape:'html':'UTF-8':false}</dd></div>{/if}
                {if !empty($suspendreason)}<div><dt>{$puq.text.suspended|escape:'html'}</dt><dd>{$suspendreason|escape:'html':'UTF-8':false}</dd></div>{/if}
                {if !empty($firstpaymentamount) && !empty($recurringamount) && $firstpaymentamount != $recurringamount}<div><dt>{$puq.text.first|escape:'html'}</dt><dd>{$firstpaymentamount|escape:'html':'UTF-8':false}</dd></div>{/if}
                {foreach from=$kvmFields key=name item=field}
                {if is_array($field)}{if isset($field.name) && isset($field.value) && is_scalar($field.name) && is_scalar($field.value)}
                <div><dt>{$field.name|escape:'html':'UTF-8':false}</dt><dd>{$field.value|escape:'html':'UTF-8':false}</dd></div>
                {/if}{elseif is_string($name) && is_scalar($field)}
                <div><dt>{$name|escape:'html':'UTF-8':false}</dt><dd>{$field|escape:'html':'UTF-8':false}</dd></div>
                {/if}
                {/foreach}
            </dl>
            {if !empty($configurableoptions) && is_array($configurableoptions)}
            <details class="kvm-more">
                <summary>{$puq.text.options|escape:'html'}</summary>
                <dl class="kvm-list kvm-columns">
                    {foreach from=$configurableoptions item=option}
                    {if is_array($option) && isset($option.optionname) && is_scalar($option.optionname)}
                    {assign var="kvmKind" value=0}{if isset($option.optiontype)}{assign var="kvmKind" value=$option.optiontype}{/if}
                    {assign var="kvmChoice" value=""}{if isset($option.selectedoption) && is_scalar($option.selectedoption)}{assign var="kvmChoice" value=$option.selectedoption}{/if}
                    {assign var="kvmCount" value=0}{if isset($option.selectedqty) && is_scalar($option.selectedqty)}{assign var="kvmCount" value=$option.selectedqty}{/if}
                    <div><dt>{$option.optionname|escape:'html':'UTF-8':false}</dt><dd>{if $kvmKind == 3}{if $kvmCount}{$puq.text.yes|escape:'html'}{else}{$puq.text.no|escape:'html'}{/if}{elseif $kvmKind == 4}{$kvmCount|escape:'html'} × {$kvmChoice|escape:'html':'UTF-8':false}{else}{$kvmChoice|escape:'html':'UTF-8':false}{/if}</dd></div>
                    {/if}
                    {/foreach}
                </dl>
            </details>
            {/if}
            {if !empty($packagesupgrade) || !empty($showRenewServiceButton) || !empty($showcancelbutton)}
            <div class="kvm-actions kvm-above">
                {if !empty($packagesupgrade)}<a class="btn btn-success" href="upgrade.php?type=package&amp;id={$puq.id|escape:'url'}">{$puq.text.upgrade|escape:'html'}</a>{/if}
                {if !empty($showRenewServiceButton)}<a class="btn btn-primary" href="{$puq.renew|escape:'html'}">{$puq.text.renew|escape:'html'}</a>{/if}
                {if !empty($showcancelbutton)}{if !empty($pendingcancellation)}<span class="btn btn-danger disabled" aria-disabled="true">{$puq.text.cancelled|escape:'html'}</span>{else}<a class="btn btn-danger" href="clientarea.php?action=cancel&amp;id={$puq.id|escape:'url'}">{$puq.text.cancel|escape:'html'}</a>{/if}{/if}
            </div>
            {/if}
        </div>
    </div>

    {if (!empty($metricStats) && is_array($metricStats)) || !empty($lastupdate)}
    <div class="kvm-card panel panel-default card">
        <div class="kvm-body panel-body card-body">
            <h3>{$puq.text.usage|escape:'html'}</h3>
            <dl class="kvm-list kvm-columns">
                {if !empty($metricStats) && is_array($metricStats)}{foreach from=$metricStats item=metric}
                {if is_array($metric) && isset($metric.displayName) && is_scalar($metric.displayName)}
                <div><dt>{$metric.displayName|escape:'html':'UTF-8':false}</dt><dd>{if isset($metric.currentValue)}{$metric.currentValue|escape:'html':'UTF-8':false}{/if}{if isset($metric.lowestPrice) && $metric.lowestPrice} · {$metric.lowestPrice|escape:'html':'UTF-8':false}{if isset($metric.unitName) && $metric.unitName} / {$metric.unitName|escape:'html':'UTF-8':false}{/if}{/if}{if isset($metric.lastUpdated)} <span class="kvm-muted kvm-small">{if is_object($metric.lastUpdated)}{$metric.lastUpdated->diffForHumans()|escape:'html':'UTF-8':false}{else}{$metric.lastUpdated|escape:'html':'UTF-8':false}{/if}</span>{/if}</dd></div>
                {/if}
                {/foreach}{/if}
                {if !empty($lastupdate)}
                {if !empty($disklimit)}<div><dt>{$puq.text.storage|escape:'html'}</dt><dd>{if !empty($diskusage)}{$diskusage|escape:'html'} / {/if}{$disklimit|escape:'html'} MB</dd></div>{/if}
                <div><dt>{$puq.text.traffic|escape:'html'}</dt><dd>{if !empty($bwusage)}{$bwusage|escape:'html'}{else}0{/if} MB{if !empty($bwlimit)} / {$bwlimit|escape:'html'} MB{/if}</dd></div>
                <div><dt>{$puq.text.updated|escape:'html'}</dt><dd>{$lastupdate|escape:'html':'UTF-8':false}</dd></div>
                {/if}
            </dl>
        </div>
    </div>
    {/if}
</div>
{* Other modules' hooks answer with HTML of their own; WHMCS's own templates print it as it is. *}
{if !empty($hookOutput) && is_array($hookOutput)}{foreach from=$hookOutput item=output}<div>{$output nofilter}</div>{/foreach}{/if}
<script src="{$WEB_ROOT|escape:'html'}/modules/servers/puqProxmoxKVM/assets/kvm.js?v={$puq.version|escape:'url'}"></script>
