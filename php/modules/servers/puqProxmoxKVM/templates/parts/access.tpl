{* Access: who signs in and how, and a new password. *}
<div class="kvm-card panel panel-default card"><div class="kvm-body panel-body card-body">
    <h3>{$puq.text.tab_access|escape:'html'}</h3>
    <dl class="kvm-list">
        <div><dt>{$puq.text.username|escape:'html'}</dt><dd><bdi dir="ltr" class="kvm-code" kvm-text="vm.view.username || '–'"></bdi> <button type="button" class="btn btn-default btn-light btn-xs btn-sm kvm-copy" kvm-bind:hidden="!vm.view.username" kvm-on:click="vm.copy($event, vm.view.username)" kvm-bind:aria-label="vm.copyLabel(vm.view.username)">{$puq.text.copy|escape:'html'}</button></dd></div>
        <div kvm-bind:hidden="!vm.ssh()" hidden><dt>SSH</dt><dd><bdi dir="ltr" class="kvm-code" kvm-text="vm.ssh()"></bdi> <button type="button" class="btn btn-default btn-light btn-xs btn-sm kvm-copy" kvm-on:click="vm.copy($event, vm.ssh())" kvm-bind:aria-label="vm.copyLabel(vm.ssh())">{$puq.text.copy|escape:'html'}</button></dd></div>
    </dl>
</div></div>
{if !empty($puq.pages.password)}
<div kvm-data="access">
    <p class="kvm-muted kvm-wait" kvm-bind:hidden="data || error">{$puq.text.loading|escape:'html'}</p>
    <div class="kvm-notice is-bad" role="alert" kvm-bind:hidden="!error" hidden><span kvm-text="error"></span> <button type="button" class="btn btn-default btn-light btn-sm" kvm-on:click="load()">{$puq.text.again|escape:'html'}</button></div>
    <template kvm-if="data">
        <div class="kvm-card panel panel-default card"><div class="kvm-body panel-body card-body">
            <h3>{$puq.action.reset_password|escape:'html'}</h3>
            <p class="kvm-muted">{$puq.text.password_hint|escape:'html'}</p>
            <form class="kvm-above" kvm-on:submit.prevent.stop="reset()">
                <label class="kvm-field"><span>{$puq.text.keys|escape:'html'}</span><textarea class="form-control kvm-code" rows="4" dir="ltr" spellcheck="false" autocomplete="off" name="access_keys" kvm-model="keys"></textarea></label>
                <p class="kvm-muted kvm-small">{$puq.text.keys_hint|escape:'html'}</p>
                <div class="kvm-above"><button type="submit" class="btn btn-primary" data-do="reset_password" kvm-bind:disabled="held() || vm.isBusy() || vm.closed() !== ''">{$puq.action.reset_password|escape:'html'}</button></div>
                <p class="kvm-why" kvm-text="vm.closed()" kvm-bind:hidden="vm.closed() === ''"></p>
            </form>
            <div class="kvm-notice is-good kvm-above" role="status" kvm-bind:hidden="!password" hidden>
                <p>{$puq.text.password_once|escape:'html'}</p>
                <p><bdi dir="ltr" class="kvm-code kvm-number" data-password kvm-text="password"></bdi> <button type="button" class="btn btn-default btn-light btn-sm kvm-copy" kvm-on:click="vm.copy($event, password)">{$puq.text.copy|escape:'html'}</button></p>
            </div>
        </div></div>
    </template>
</div>
{/if}
