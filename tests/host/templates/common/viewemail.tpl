<div class="panel panel-default card"><div class="panel-heading card-header"><h3 class="panel-title card-title">{$email.subject|escape:'html':'UTF-8':false}</h3></div>
<div class="panel-body card-body" id="emailBody">{$email.message}</div></div>
<a class="btn btn-default" href="clientarea.php?action=emails">Back</a>
