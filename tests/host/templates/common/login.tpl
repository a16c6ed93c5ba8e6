<div class="login-box panel panel-default card"><div class="panel-body card-body">
<h1>Login</h1>
<p class="text-muted">This page is restricted to clients.</p>
{if $incorrect}{include file="$template/includes/alert.tpl" type="danger" msg="Login Details Incorrect. Please try again."}{/if}
<form method="post" action="{$WEB_ROOT}/dologin.php">
<div class="form-group"><label for="inputEmail">Email Address</label><input class="form-control" type="email" name="username" id="inputEmail" autofocus></div>
<div class="form-group"><label for="inputPassword">Password</label><input class="form-control" type="password" name="password" id="inputPassword"></div>
<button class="btn btn-primary btn-block" type="submit" id="login">Login</button>
</form>
</div></div>
