{* Installing anew: the system, the keys that let in, and a question that names what is lost. *}
<div kvm-data="reinstall">
    <p class="kvm-muted kvm-wait" kvm-bind:hidden="data || error">{$puq.text.loading|escape:'html'}</p>
    <div class="kvm-notice is-bad" role="alert" kvm-bind:hidden="!error" hidden><span kvm-text="error"></span> <button type="button" class="btn btn-default btn-light btn-sm" kvm-on:click="load()">{$puq.text.again|escape:'html'}</button></div>
    <template kvm-if="data">
        <div class="kvm-card kvm-warning panel panel-default card"><div class="kvm-body panel-body card-body">
            <h3>{$puq.action.reinstall|escape:'html'}</h3>
            <p>{$puq.text.reinstall_hint|escape:'html'}</p>
            <form class="kvm-above" kvm-on:submit.prevent.stop="install()">
                <fieldset class="kvm-choices"><legend>{$puq.text.operating_system|escape:'html'}</legend>
                    <template kvm-for="one in data.rows" kvm-bind:key="one.template">
                        <label class="kvm-choice"><input type="radio" name="template" kvm-bind:value="one.template" kvm-model="template"><span class="kvm-logo" kvm-bind:class="'is-' + one.family" kvm-text="one.sign" aria-hidden="true"></span><span class="kvm-grow"><bdi kvm-text="one.label"></bdi> <span class="kvm-tag kvm-tag-quiet" kvm-bind:hidden="!one.isCurrent">{$puq.text.installed|escape:'html'}</span></span></label>
                    </template>
                </fieldset>
                <label class="kvm-field kvm-above"><span>{$puq.text.keys|escape:'html'}</span><textarea class="form-control kvm-code" rows="4" dir="ltr" spellcheck="false" autocomplete="off" name="ssh_keys" kvm-model="keys"></textarea></label>
                <div class="kvm-above"><button type="submit" class="btn btn-danger" data-do="reinstall" kvm-bind:disabled="held() || !template">{$puq.action.reinstall|escape:'html'}</button></div>
                <p class="kvm-why" kvm-text="why()" kvm-bind:hidden="!why()"></p>
            </form>
        </div></div>
    </template>
</div>
