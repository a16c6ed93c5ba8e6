{* The overview: what the machine does this moment, and how it is reached. *}
<template kvm-if="vm.view.live">
    <div class="kvm-grid" kvm-bind:class="vm.isStale() ? 'is-stale' : ''"{if !empty($puq.pages.charts)} kvm-data="sparks"{/if}>
        <div class="kvm-card panel panel-default card">
            <div class="kvm-body panel-body card-body">
                <div class="kvm-line"><h3>{$puq.text.cpu|escape:'html'}</h3><strong class="kvm-number"><bdi dir="ltr" kvm-text="vm.view.live.cpu.number"></bdi></strong></div>
                <div class="kvm-bar" kvm-bind:class="'is-' + vm.view.live.cpu.level" role="progressbar" aria-valuemin="0" aria-valuemax="100" kvm-bind:aria-valuenow="vm.view.live.cpu.percent" aria-label="{$puq.text.cpu|escape:'html'}"><span kvm-width="vm.view.live.cpu.percent"></span></div>
                <p class="kvm-muted" kvm-text="vm.view.live.cpu.text"></p>
                {if !empty($puq.pages.charts)}<a href="#charts" class="kvm-spark" kvm-bind:hidden="!data || data.blank.cpu" aria-label="{$puq.text.tab_charts|escape:'html'}: {$puq.text.cpu|escape:'html'}"><span data-chart="cpu" dir="ltr"></span></a><p class="kvm-muted kvm-small" kvm-bind:hidden="!data || !data.blank.cpu" hidden>{$puq.text.no_data|escape:'html'}</p>{/if}
            </div>
        </div>
        <div class="kvm-card panel panel-default card">
            <div class="kvm-body panel-body card-body">
                <div class="kvm-line"><h3>{$puq.text.memory|escape:'html'}</h3><strong class="kvm-number"><bdi dir="ltr" kvm-text="vm.view.live.memory.number"></bdi></strong></div>
                <div class="kvm-bar" kvm-bind:class="'is-' + vm.view.live.memory.level" role="progressbar" aria-valuemin="0" aria-valuemax="100" kvm-bind:aria-valuenow="vm.view.live.memory.percent" aria-label="{$puq.text.memory|escape:'html'}"><span kvm-width="vm.view.live.memory.percent"></span></div>
                <p class="kvm-muted"><bdi dir="ltr" kvm-text="vm.view.live.memory.text"></bdi></p>
                {if !empty($puq.pages.charts)}<a href="#charts" class="kvm-spark" kvm-bind:hidden="!data || data.blank.memory" aria-label="{$puq.text.tab_charts|escape:'html'}: {$puq.text.memory|escape:'html'}"><span data-chart="memory" dir="ltr"></span></a><p class="kvm-muted kvm-small" kvm-bind:hidden="!data || !data.blank.memory" hidden>{$puq.text.no_data|escape:'html'}</p>{/if}
            </div>
        </div>
        <div class="kvm-card panel panel-default card">
            <div class="kvm-body panel-body card-body">
                <h3>{$puq.text.storage|escape:'html'}</h3>
                <template kvm-for="disk in vm.view.live.disks" kvm-bind:key="disk.slot">
                    <div class="kvm-disk">
                        <div class="kvm-line"><span kvm-text="disk.title"></span><strong><bdi dir="ltr" kvm-text="disk.size"></bdi></strong></div>
                        <p class="kvm-muted kvm-small">{$puq.text.read|escape:'html'} <bdi kvm-text="disk.read"></bdi> · {$puq.text.write|escape:'html'} <bdi kvm-text="disk.write"></bdi></p>
                    </div>
                </template>
                {if !empty($puq.pages.charts)}<a href="#charts" class="kvm-spark" kvm-bind:hidden="!data || data.blank.disk" aria-label="{$puq.text.tab_charts|escape:'html'}: {$puq.text.storage|escape:'html'}"><span data-chart="disk" dir="ltr"></span></a><p class="kvm-muted kvm-small" kvm-bind:hidden="!data || !data.blank.disk" hidden>{$puq.text.no_data|escape:'html'}</p>{/if}
            </div>
        </div>
        <div class="kvm-card panel panel-default card">
            <div class="kvm-body panel-body card-body">
                <h3>{$puq.text.network|escape:'html'}</h3>
                <dl class="kvm-list">
                    <div><dt>{$puq.text.bandwidth|escape:'html'}</dt><dd><bdi kvm-text="vm.view.live.net.rate"></bdi></dd></div>
                    <div><dt>{$puq.text.adapter|escape:'html'}</dt><dd><bdi kvm-text="vm.view.live.net.model"></bdi></dd></div>
                    <div><dt>MAC</dt><dd><bdi dir="ltr" class="kvm-code" kvm-text="vm.view.live.net.mac"></bdi></dd></div>
                </dl>
                {if !empty($puq.pages.charts)}<a href="#charts" class="kvm-spark" kvm-bind:hidden="!data || data.blank.net" aria-label="{$puq.text.tab_charts|escape:'html'}: {$puq.text.network|escape:'html'}"><span data-chart="net" dir="ltr"></span></a><p class="kvm-muted kvm-small" kvm-bind:hidden="!data || !data.blank.net" hidden>{$puq.text.no_data|escape:'html'}</p>{/if}
            </div>
        </div>
    </div>
</template>

<template kvm-if="vm.view.addresses.length > 0 || vm.view.username">
    <div class="kvm-card panel panel-default card">
        <div class="kvm-body panel-body card-body">
            <h3>{$puq.text.addresses|escape:'html'}</h3>
            <template kvm-for="one in vm.view.addresses" kvm-bind:key="one.address">
                <div class="kvm-address">
                    <span class="kvm-tag" kvm-text="one.family"></span>
                    <div class="kvm-grow">
                        <div><bdi dir="ltr" class="kvm-nobreak"><span class="kvm-code" kvm-text="one.address"></span><span class="kvm-muted kvm-code" kvm-text="one.prefix"></span></bdi> <span class="kvm-tag kvm-tag-quiet" kvm-bind:hidden="!one.extra" hidden>{$puq.text.extra|escape:'html'}</span></div>
                        <p class="kvm-muted kvm-small">
                            <span kvm-bind:hidden="!one.gateway">{$puq.text.gateway|escape:'html'} <bdi dir="ltr" class="kvm-code" kvm-text="one.gateway"></bdi></span>
                            <span kvm-bind:hidden="!one.dns">DNS <bdi dir="ltr" class="kvm-code" kvm-text="one.dns"></bdi></span>
                            <span kvm-bind:hidden="!one.rdns">rDNS <bdi dir="ltr" class="kvm-code" kvm-text="one.rdns"></bdi></span>
                        </p>
                    </div>
                    <button type="button" class="btn btn-default btn-light btn-sm kvm-copy" kvm-on:click="vm.copy($event, one.address)" kvm-bind:aria-label="vm.copyLabel(one.address)">{$puq.text.copy|escape:'html'}</button>
                </div>
            </template>
            <dl class="kvm-list kvm-access">
                <div kvm-bind:hidden="!vm.view.username"><dt>{$puq.text.username|escape:'html'}</dt><dd><bdi dir="ltr" class="kvm-code" kvm-text="vm.view.username"></bdi> <button type="button" class="btn btn-default btn-light btn-xs btn-sm kvm-copy" kvm-on:click="vm.copy($event, vm.view.username)" kvm-bind:aria-label="vm.copyLabel(vm.view.username)">{$puq.text.copy|escape:'html'}</button></dd></div>
                <div kvm-bind:hidden="!vm.ssh()"><dt>SSH</dt><dd><bdi dir="ltr" class="kvm-code" kvm-text="vm.ssh()"></bdi> <button type="button" class="btn btn-default btn-light btn-xs btn-sm kvm-copy" kvm-on:click="vm.copy($event, vm.ssh())" kvm-bind:aria-label="vm.copyLabel(vm.ssh())">{$puq.text.copy|escape:'html'}</button></dd></div>
            </dl>
        </div>
    </div>
</template>

{* What was done lately, by whoever. What goes on or failed and was not read stands above all parts, too. *}
<template kvm-if="vm.view.recent && vm.view.recent.length > 0">
    <div class="kvm-card panel panel-default card">
        <div class="kvm-body panel-body card-body" data-recent>
            <h3>{$puq.text.recent|escape:'html'}</h3>
            <template kvm-for="one in vm.view.recent" kvm-bind:key="one.key">
                <div class="kvm-request">
                    <div class="kvm-grow">
                        <div><span class="kvm-mark" kvm-bind:class="'is-' + one.level" aria-hidden="true"></span> <strong kvm-text="one.label"></strong> <bdi class="kvm-code kvm-small" kvm-text="vm.subject(one)" kvm-bind:hidden="!one.subject"></bdi> – <span kvm-text="one.outcome"></span></div>
                        <p class="kvm-muted kvm-small"><span kvm-text="one.by"></span> · <span kvm-text="vm.words.moment(one.at)"></span></p>
                        <p kvm-text="one.why" kvm-bind:hidden="!one.why"></p>
                    </div>
                </div>
            </template>
        </div>
    </div>
</template>
