<h1>Email History</h1>
<div class="panel panel-default card"><div class="table-responsive">
<table class="table table-striped" id="tableEmailsList">
<thead><tr><th>Date Sent</th><th>Message Subject</th><th></th></tr></thead><tbody>
{foreach $emails as $email}
<tr><td>{$email.date|escape:'html':'UTF-8':false}</td><td>{$email.subject|escape:'html':'UTF-8':false}</td><td class="text-right"><a class="btn btn-sm btn-default" href="viewemail.php?id={$email.id}">View Message</a></td></tr>
{foreachelse}
<tr><td colspan="3">No messages yet.</td></tr>
{/foreach}
</tbody></table></div></div>
