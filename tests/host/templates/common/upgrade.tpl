<h1>Upgrade/Downgrade Options</h1>
{if $upgraderesult === 'success'}{include file="$template/includes/alert.tpl" type="success" msg="Your upgrade has been ordered."}
{elseif $upgraderesult !== ''}{include file="$template/includes/alert.tpl" type="danger" msg=$upgraderesult|escape:'html':'UTF-8':false}{/if}
<form method="post" action="upgrade.php" id="upgradeForm">
<input type="hidden" name="type" value="configoptions"><input type="hidden" name="id" value="{$id}">
<div class="panel panel-default card"><div class="table-responsive"><table class="table table-striped">
<thead><tr><th>Option</th><th>Current Configuration</th><th>New Configuration</th></tr></thead><tbody>
{foreach $configoptions as $configoption}
<tr><td>{$configoption.optionname|escape:'html':'UTF-8':false}</td>
<td>{if $configoption.optiontype gt 2}{$configoption.selectedqty}{else}{$configoption.selectedname|escape:'html':'UTF-8':false}{/if}</td>
<td>{if $configoption.optiontype gt 2}
<input class="form-control" type="number" name="configoption[{$configoption.id}]" value="{$configoption.selectedqty}">
{else}
<select class="form-control" name="configoption[{$configoption.id}]">
{foreach $configoption.options as $option}{if $option.selected}<option value="{$option.id}" selected>No Change</option>{else}<option value="{$option.id}">{$option.nameonly|escape:'html':'UTF-8':false} {$option.price}</option>{/if}{/foreach}
</select>{/if}</td></tr>
{/foreach}
</tbody></table></div></div>
<button class="btn btn-primary" type="submit">Click to Continue</button>
</form>
