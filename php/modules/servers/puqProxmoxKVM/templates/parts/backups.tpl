{* Backups: what there is, a new one, and the days on which they are made by themselves. *}
<div kvm-data="backups">
    <p class="kvm-muted kvm-wait" kvm-bind:hidden="data || error">{$puq.text.loading|escape:'html'}</p>
    <div class="kvm-notice is-bad" role="alert" kvm-bind:hidden="!error" hidden><span kvm-text="error"></span> <button type="button" class="btn btn-default btn-light btn-sm" kvm-on:click="load()">{$puq.text.again|escape:'html'}</button></div>
    <template kvm-if="data"><div>
        <div class="kvm-card panel panel-default card"><div class="kvm-body panel-body card-body">
            <div class="kvm-line"><h3>{$puq.text.backups|escape:'html'}</h3><span class="kvm-slots"><bdi dir="ltr" kvm-text="data.used + ' / ' + data.limit"></bdi></span></div>
            <p class="kvm-muted">{$puq.text.backup_hint|escape:'html'}</p>
            <form class="kvm-form kvm-above" kvm-on:submit.prevent.stop="make()">
                <label class="kvm-field kvm-grow"><span>{$puq.text.note|escape:'html'}</span><input type="text" class="form-control" maxlength="200" autocomplete="off" dir="auto" name="note" kvm-model="text"></label>
                <button type="submit" class="btn btn-primary" data-do="backup_now" kvm-bind:disabled="held() || isFull() || data.restore_failed">{$puq.action.backup_now|escape:'html'}</button>
            </form>
            <p class="kvm-why" kvm-text="why()" kvm-bind:hidden="!why()"></p>
            <p class="kvm-why" kvm-bind:hidden="!isFull() || data.limit === 0">{$puq.text.full|escape:'html'}</p>
            <p class="kvm-why" kvm-bind:hidden="data.limit > 0">{$puq.text.no_slots|escape:'html'}</p>
        </div></div>
        <div class="kvm-card panel panel-default card"><div class="kvm-body panel-body card-body">
            <p class="kvm-muted kvm-empty" kvm-bind:hidden="data.rows.length > 0">{$puq.text.no_backups|escape:'html'}</p>
            <template kvm-for="one in data.rows" kvm-bind:key="one.id">
                <div class="kvm-row" data-row="backup">
                    <div class="kvm-grow">
                        <div><strong kvm-text="one.when"></strong> <span class="kvm-tag kvm-tag-quiet" kvm-bind:hidden="!one.scheduled">{$puq.text.scheduled|escape:'html'}</span> <span class="kvm-tag" kvm-bind:hidden="!one.protected">{$puq.text.protected|escape:'html'}</span></div>
                        <p class="kvm-muted kvm-small"><bdi dir="ltr" kvm-text="one.volume"></bdi> <bdi kvm-text="one.note" kvm-bind:hidden="!one.note"></bdi></p>
                    </div>
                    <div class="kvm-actions">
                        <button type="button" class="btn btn-default btn-light btn-sm" data-do="backup_restore" kvm-bind:disabled="held()" kvm-on:click="restore(one)">{$puq.text.restore|escape:'html'}</button>
                        <button type="button" class="btn btn-default btn-light btn-sm" data-do="backup_remove" kvm-bind:disabled="held() || one.protected" kvm-on:click="remove(one)">{$puq.text.remove|escape:'html'}</button>
                    </div>
                </div>
            </template>
        </div></div>
        <div class="kvm-card panel panel-default card"><div class="kvm-body panel-body card-body">
            <h3>{$puq.text.schedule|escape:'html'}</h3>
            <p class="kvm-muted">{$puq.text.schedule_hint|escape:'html'} {$puq.text.drawn_hint|escape:'html'}</p>
            <form class="kvm-form kvm-above" kvm-on:submit.prevent.stop="save()">
                <fieldset class="kvm-days"><legend class="kvm-hidden">{$puq.text.schedule|escape:'html'}</legend>
                    <template kvm-for="one in week" kvm-bind:key="one.day"><label class="kvm-day"><input type="checkbox" kvm-bind:value="one.day" kvm-model="days" kvm-bind:aria-label="one.long"><span kvm-text="one.short" aria-hidden="true"></span></label></template>
                </fieldset>
                <button type="submit" class="btn btn-primary" data-do="backup_schedule" kvm-bind:disabled="working">{$puq.text.save|escape:'html'}</button>
            </form>
            <p class="kvm-muted kvm-small" kvm-text="data.next" kvm-bind:hidden="!data.next"></p>
        </div></div>
    </div></template>
</div>
