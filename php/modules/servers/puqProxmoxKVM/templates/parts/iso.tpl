{* ISO images: what is in the drive, and what can be put there. *}
<div kvm-data="iso">
    <p class="kvm-muted kvm-wait" kvm-bind:hidden="data || error">{$puq.text.loading|escape:'html'}</p>
    <div class="kvm-notice is-bad" role="alert" kvm-bind:hidden="!error" hidden><span kvm-text="error"></span> <button type="button" class="btn btn-default btn-light btn-sm" kvm-on:click="load()">{$puq.text.again|escape:'html'}</button></div>
    <template kvm-if="data"><div>
        <div class="kvm-card panel panel-default card"><div class="kvm-body panel-body card-body">
            <h3>{$puq.text.drive|escape:'html'}</h3>
            <p class="kvm-muted">{$puq.text.iso_hint|escape:'html'}</p>
            <div class="kvm-row kvm-above" kvm-bind:hidden="data.mounted === null">
                <div class="kvm-grow"><span class="kvm-tag">{$puq.text.mounted|escape:'html'}</span> <bdi dir="ltr" class="kvm-code" kvm-text="data.mounted === null ? '' : data.mounted.name"></bdi></div>
                <button type="button" class="btn btn-default btn-light" data-do="iso_unmount" kvm-bind:disabled="held()" kvm-on:click="unmount()">{$puq.action.iso_unmount|escape:'html'}</button>
            </div>
            <p kvm-bind:hidden="data.mounted !== null">{$puq.text.drive_empty|escape:'html'}</p>
            <p class="kvm-why" kvm-text="data.notice" kvm-bind:hidden="data.notice === null"></p>
            <p class="kvm-why" kvm-text="why()" kvm-bind:hidden="!why()"></p>
        </div></div>
        <p class="kvm-muted kvm-empty" kvm-bind:hidden="data.groups.length > 0">{$puq.text.no_images|escape:'html'}</p>
        <template kvm-for="group in data.groups" kvm-bind:key="group.name">
            <div class="kvm-card panel panel-default card"><div class="kvm-body panel-body card-body">
                <div class="kvm-line"><h3><bdi kvm-text="group.name"></bdi></h3><span class="kvm-slots" kvm-text="group.images.length"></span></div>
                <template kvm-for="one in group.images" kvm-bind:key="one.id">
                    <div class="kvm-row" data-row="image">
                        <div class="kvm-grow"><bdi dir="ltr" class="kvm-code" kvm-text="one.name"></bdi> <bdi dir="ltr" class="kvm-muted kvm-small" kvm-text="one.volume"></bdi></div>
                        <button type="button" class="btn btn-default btn-light btn-sm" data-do="iso_mount" kvm-bind:disabled="held() || data.mounted !== null" kvm-on:click="mount(one)">{$puq.action.iso_mount|escape:'html'}</button>
                    </div>
                </template>
            </div></div>
        </template>
    </div></template>
</div>
