<h1>My Services</h1>
<div class="panel panel-default card"><div class="table-responsive">
<table class="table table-striped table-hover" id="tableServicesList">
<thead><tr><th>Product/Service</th><th>Address</th><th>Billing Cycle</th><th>Next Due Date</th><th>Status</th><th></th></tr></thead>
<tbody>
{foreach $services as $service}
<tr><td><strong>{$service.name|escape:'html':'UTF-8':false}</strong><br><span class="text-muted">{$service.domain|escape:'html':'UTF-8':false}</span></td><td>{$service.dedicatedip|escape:'html':'UTF-8':false}</td><td>{$service.billingcycle|escape:'html':'UTF-8':false}</td><td>{$service.nextduedate|escape:'html':'UTF-8':false}</td>
<td><span class="label status status-{$service.domainstatus|lower|escape:'html':'UTF-8':false}">{$service.domainstatus|escape:'html':'UTF-8':false}</span></td>
<td class="text-right"><a class="btn btn-sm btn-default" href="clientarea.php?action=productdetails&amp;id={$service.id}">Manage</a></td></tr>
{foreachelse}
<tr><td colspan="6">No services yet.</td></tr>
{/foreach}
</tbody></table></div></div>
