{* Access: who signs in and how, and a new password. *}
<div kvm-data="access">
    <div class="kvm-card panel panel-default card"><div class="kvm-body panel-body card-body">
        <h3>{$puq.text.tab_access|escape:'html'}</h3>
        <dl class="kvm-list">
            <div><dt>{$puq.text.username|escape:'html'}</dt><dd><bdi dir="ltr" class="kvm-code" kvm-text="vm.view.username || '–'"></bdi> <button type="button" class="btn btn-default btn-light btn-xs btn-sm kvm-copy" kvm-bind:hidden="!vm.view.username" kvm-on:click="vm.copy($event, vm.view.username)" kvm-bind:aria-label="vm.copyLabel(vm.view.username)">{$puq.text.copy|escape:'html'}</button></dd></div>
            <div kvm-bind:hidden="!vm.ssh()" hidden><dt>SSH</dt><dd><bdi dir="ltr" class="kvm-code" kvm-text="vm.ssh()"></bdi> <button type="button" class="btn btn-default btn-light btn-xs btn-sm kvm-copy" kvm-on:click="vm.copy($event, vm.ssh())" kvm-bind:aria-label="vm.copyLabel(vm.ssh())">{$puq.text.copy|escape:'html'}</button></dd></div>
        </dl>
    </div></div>
    {if !empty($puq.pages.password)}
    <div class="kvm-card panel panel-default card"><div class="kvm-body panel-body card-body">
        <h3>{$puq.deed.reset_password|escape:'html'}</h3>
        <p class="kvm-muted">{$puq.text.password_hint|escape:'html'}</p>
        <div class="kvm-above"><button type="button" class="btn btn-primary" data-do="reset_password" kvm-bind:disabled="working || vm.isBusy()" kvm-on:click="reset()">{$puq.deed.reset_password|escape:'html'}</button></div>
        <div class="kvm-notice is-good kvm-above" role="status" kvm-bind:hidden="!password" hidden>
            <p>{$puq.text.password_once|escape:'html'}</p>
            <p><bdi dir="ltr" class="kvm-code kvm-number" data-password kvm-text="password"></bdi> <button type="button" class="btn btn-default btn-light btn-sm kvm-copy" kvm-on:click="vm.copy($event, password)">{$puq.text.copy|escape:'html'}</button></p>
        </div>
    </div></div>
    {/if}
</div>
