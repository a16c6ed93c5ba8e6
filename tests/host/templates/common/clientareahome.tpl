<h1>Welcome Back, {$clientsdetails.firstname|escape:'html':'UTF-8':false}</h1>
<div class="row tiles">
<div class="col-sm-6 col-md-4"><a class="tile" href="clientarea.php?action=services"><span class="stat">{$services|count}</span><span class="title">Services</span></a></div>
<div class="col-sm-6 col-md-4"><a class="tile" href="clientarea.php?action=emails"><span class="stat">@</span><span class="title">Emails</span></a></div>
</div>
<div class="panel panel-default card"><div class="panel-heading card-header"><h3 class="panel-title card-title">Your Active Products/Services</h3></div>
<div class="list-group list-group-flush">
{foreach $services as $service}
<a class="list-group-item list-group-item-action" href="clientarea.php?action=productdetails&amp;id={$service.id}"><strong>{$service.name|escape:'html':'UTF-8':false}</strong> <span class="label status status-{$service.domainstatus|lower|escape:'html':'UTF-8':false}">{$service.domainstatus|escape:'html':'UTF-8':false}</span><br><span class="text-muted">{$service.domain|escape:'html':'UTF-8':false} {$service.dedicatedip|escape:'html':'UTF-8':false}</span></a>
{foreachelse}
<div class="list-group-item">No services yet.</div>
{/foreach}
</div></div>
