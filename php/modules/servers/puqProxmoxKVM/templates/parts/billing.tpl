{* What is paid for. Values of WHMCS are encoded already or not, as they were stored: "false" leaves what is encoded as it is. *}
{* The variable is the list of rows that the product page has, or the module's own parameter of the same name. *}
{assign var="kvmFields" value=$puq.fields}
{if isset($productcustomfields) && is_array($productcustomfields)}{assign var="kvmFields" value=$productcustomfields}{/if}
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
