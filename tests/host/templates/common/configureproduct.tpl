<div id="order-standard_cart">
<h1>Configure</h1>
{foreach $errors as $error}{include file="$template/includes/alert.tpl" type="danger" msg=$error}{/foreach}
<form method="post" action="cart.php?a=confproduct" id="frmConfigureProduct">
<input type="hidden" name="pid" value="{$productinfo.pid}">
<div class="panel panel-default card"><div class="panel-heading card-header"><h3 class="panel-title card-title">{$productinfo.name|escape:'html':'UTF-8':false}</h3></div>
<div class="panel-body card-body"><div class="row">
<div class="col-sm-6"><div class="form-group"><label for="inputHostname">Hostname</label><input class="form-control" type="text" name="hostname" id="inputHostname" value="{$typed.hostname|default:''}"></div></div>
<div class="col-sm-6"><div class="form-group"><label for="inputRootpw">Root Password</label><input class="form-control" type="password" name="rootpw" id="inputRootpw"></div></div>
</div><div class="row">
<div class="col-sm-6"><div class="form-group"><label for="inputNs1prefix">NS1 Prefix</label><input class="form-control" type="text" name="ns1prefix" id="inputNs1prefix" value="{$typed.ns1prefix|default:''}"></div></div>
<div class="col-sm-6"><div class="form-group"><label for="inputNs2prefix">NS2 Prefix</label><input class="form-control" type="text" name="ns2prefix" id="inputNs2prefix" value="{$typed.ns2prefix|default:''}"></div></div>
</div>
{foreach $configurableoptions as $option}
<div class="form-group"><label for="inputConfigOption{$option.id}">{$option.optionname|escape:'html':'UTF-8':false}</label>
<select class="form-control" name="configoption[{$option.id}]" id="inputConfigOption{$option.id}">
{foreach $option.options as $choice}<option value="{$choice.id}">{$choice.nameonly|escape:'html':'UTF-8':false}</option>{/foreach}
</select></div>
{/foreach}
{foreach $customfields as $field}
<div class="form-group"><label for="customfield{$field.id}">{$field.name|escape:'html':'UTF-8':false}</label><input class="form-control" type="text" name="customfield[{$field.id}]" id="customfield{$field.id}"></div>
{/foreach}
</div></div>
<button class="btn btn-primary" type="submit" id="btnCompleteProductConfig">Continue</button>
</form></div>
