{if $modulecustombuttonresult}
{if $modulecustombuttonresult eq "success"}{include file="$template/includes/alert.tpl" type="success" msg="Action Completed Successfully!" textcenter=true}
{else}{include file="$template/includes/alert.tpl" type="danger" msg="Action Failed: {$modulecustombuttonresult}" textcenter=true}{/if}
{/if}
{if $modulechangepwresult}
{if $modulechangepwresult eq "success"}{include file="$template/includes/alert.tpl" type="success" msg="Password Changed" textcenter=true}
{else}{include file="$template/includes/alert.tpl" type="danger" msg=$modulechangepasswordmessage|strip_tags textcenter=true}{/if}
{/if}
{if $pendingcancellation}{include file="$template/includes/alert.tpl" type="danger" msg="There is an outstanding cancellation request for this product/service" textcenter=true}{/if}
<div class="tab-content">
<div class="tab-pane fade in show active" id="tabOverview" role="tabpanel">
{if $tplOverviewTabOutput}
{$tplOverviewTabOutput}
{else}
<div class="panel panel-default card product-details"><div class="panel-body card-body">
<div class="row">
<div class="col-md-6 product-box"><div class="product-status product-status-{$rawstatus|escape:'html':'UTF-8':false}">
<div class="product-icon text-center"><span class="cube"></span><h3>{$product|escape:'html':'UTF-8':false}</h3><h4>{$groupname|escape:'html':'UTF-8':false}</h4></div>
<div class="product-status-text">{$status|escape:'html':'UTF-8':false}</div></div>
{if $showRenewServiceButton === true || $showcancelbutton === true || $packagesupgrade === true}<div class="product-actions-wrapper">
{if $packagesupgrade}<a href="upgrade.php?type=package&amp;id={$id}" class="btn btn-block btn-success">Upgrade</a>{/if}
{if $showRenewServiceButton === true}<a href="{routePath('service-renewals-service', $id)}" class="btn btn-block btn-primary">Renew Service</a>{/if}
{if $showcancelbutton}<a href="clientarea.php?action=cancel&amp;id={$id}" class="btn btn-block btn-danger{if $pendingcancellation} disabled{/if}">Request Cancellation</a>{/if}
</div>{/if}
</div>
<div class="col-md-6 text-center facts">
<h4>Registration Date</h4>{$regdate|escape:'html':'UTF-8':false}
<h4>Recurring Amount</h4>{$recurringamount|escape:'html':'UTF-8':false}
<h4>Billing Cycle</h4>{$billingcycle|escape:'html':'UTF-8':false}
<h4>Next Due Date</h4>{$nextduedate|escape:'html':'UTF-8':false}
<h4>Payment Method</h4>{$paymentmethod|escape:'html':'UTF-8':false}
{if $suspendreason}<h4>Suspension Reason</h4>{$suspendreason|escape:'html':'UTF-8':false}{/if}
</div></div>
</div></div>
{foreach $hookOutput as $output}<div>{$output}</div>{/foreach}
{if $domain || $moduleclientarea || $configurableoptions || $customfields || $metricStats || $lastupdate}
<div class="panel panel-default card">
<div class="panel-heading card-header"><ul class="nav nav-tabs" role="tablist">
<li class="nav-item active"><a class="nav-link active" href="#manage" data-toggle="tab">Manage</a></li>
{if $configurableoptions}<li class="nav-item"><a class="nav-link" href="#configoptions" data-toggle="tab">Configurable Options</a></li>{/if}
{if $metricStats}<li class="nav-item"><a class="nav-link" href="#metrics" data-toggle="tab">Metrics</a></li>{/if}
{if $customfields}<li class="nav-item"><a class="nav-link" href="#additionalinfo" data-toggle="tab">Additional Information</a></li>{/if}
{if $lastupdate}<li class="nav-item"><a class="nav-link" href="#resourceusage" data-toggle="tab">Resource Usage</a></li>{/if}
</ul></div>
<div class="panel-body card-body"><div class="tab-content">
<div class="tab-pane fade in show active" id="manage">
{if $domain}<div class="row fact"><div class="col-sm-5"><strong>Domain</strong></div><div class="col-sm-7">{$domain|escape:'html':'UTF-8':false}</div></div>{/if}
<div class="module-client-area">{$moduleclientarea}</div></div>
{if $configurableoptions}<div class="tab-pane fade" id="configoptions">
{foreach $configurableoptions as $configoption}<div class="row fact"><div class="col-sm-5"><strong>{$configoption.optionname|escape:'html':'UTF-8':false}</strong></div><div class="col-sm-7">{if $configoption.optiontype gt 2}{$configoption.selectedqty}{else}{$configoption.selectedoption|escape:'html':'UTF-8':false}{/if}</div></div>{/foreach}
</div>{/if}
{if $metricStats}<div class="tab-pane fade" id="metrics"><table class="table table-striped"><thead><tr><th>Metric</th><th>Current Usage</th><th>Last Update</th></tr></thead><tbody>
{foreach $metricStats as $metric}<tr><td>{$metric.displayName|escape:'html':'UTF-8':false}</td><td>{$metric.currentValue|escape:'html':'UTF-8':false}</td><td>{$metric.lastUpdated|escape:'html':'UTF-8':false}</td></tr>{/foreach}
</tbody></table></div>{/if}
{if $customfields}<div class="tab-pane fade" id="additionalinfo">{foreach $customfields as $field}<div class="row fact"><div class="col-sm-5"><strong>{$field.name|escape:'html':'UTF-8':false}</strong></div><div class="col-sm-7">{$field.value|escape:'html':'UTF-8':false}</div></div>{/foreach}</div>{/if}
{if $lastupdate}<div class="tab-pane fade" id="resourceusage"><p>Disk Space {$diskusage}MB / {$disklimit}MB</p><p>Bandwidth {$bwusage}MB / {$bwlimit}MB</p><p class="text-muted">Last Updated: {$lastupdate}</p></div>{/if}
</div></div></div>
{/if}
{/if}
</div>
{if $serverchangepassword}
<div class="tab-pane fade" id="tabChangepw" role="tabpanel">
<div class="panel panel-default card"><div class="panel-heading card-header"><h3 class="panel-title card-title">Change Password</h3></div><div class="panel-body card-body">
<form method="post" action="clientarea.php?action=productdetails#tabChangepw">
<input type="hidden" name="id" value="{$id}"><input type="hidden" name="modulechangepassword" value="true">
<div class="form-group"><label for="inputNewPassword1">New Password</label><input class="form-control" type="password" id="inputNewPassword1" name="newpw" autocomplete="off"></div>
<div class="form-group"><label for="inputNewPassword2">Confirm New Password</label><input class="form-control" type="password" id="inputNewPassword2" name="confirmpw" autocomplete="off"></div>
<button class="btn btn-primary" type="submit">Save Changes</button>
</form></div></div>
</div>
{/if}
</div>
