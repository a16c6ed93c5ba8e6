{* Charts: four pictures over five periods, the same as a table, and as a file. *}
<div kvm-data="charts">
    <div class="kvm-line kvm-below">
        <div class="kvm-periods btn-group" role="group" aria-label="{$puq.text.period|escape:'html'}">
            <button type="button" class="btn btn-default btn-light btn-sm" data-frame="hour" kvm-bind:aria-pressed="frame === 'hour' ? 'true' : 'false'" kvm-on:click="choose('hour')">{$puq.text.hour|escape:'html'}</button>
            <button type="button" class="btn btn-default btn-light btn-sm" data-frame="day" kvm-bind:aria-pressed="frame === 'day' ? 'true' : 'false'" kvm-on:click="choose('day')">{$puq.text.day|escape:'html'}</button>
            <button type="button" class="btn btn-default btn-light btn-sm" data-frame="week" kvm-bind:aria-pressed="frame === 'week' ? 'true' : 'false'" kvm-on:click="choose('week')">{$puq.text.week|escape:'html'}</button>
            <button type="button" class="btn btn-default btn-light btn-sm" data-frame="month" kvm-bind:aria-pressed="frame === 'month' ? 'true' : 'false'" kvm-on:click="choose('month')">{$puq.text.month|escape:'html'}</button>
            <button type="button" class="btn btn-default btn-light btn-sm" data-frame="year" kvm-bind:aria-pressed="frame === 'year' ? 'true' : 'false'" kvm-on:click="choose('year')">{$puq.text.year|escape:'html'}</button>
        </div>
        <div class="kvm-actions">
            <button type="button" class="btn btn-default btn-light btn-sm" data-do="table" kvm-bind:aria-pressed="isTable ? 'true' : 'false'" kvm-on:click="isTable = !isTable">{$puq.text.as_table|escape:'html'}</button>
            <button type="button" class="btn btn-default btn-light btn-sm" data-do="csv" kvm-bind:disabled="!data" kvm-on:click="save()">CSV</button>
        </div>
    </div>
    <p class="kvm-muted kvm-wait" kvm-bind:hidden="data || error">{$puq.text.loading|escape:'html'}</p>
    <div class="kvm-notice is-bad" role="alert" kvm-bind:hidden="!error" hidden><span kvm-text="error"></span> <button type="button" class="btn btn-default btn-light btn-sm" kvm-on:click="load()">{$puq.text.again|escape:'html'}</button></div>
    <template kvm-if="data"><div>
        <p class="kvm-muted kvm-empty" kvm-bind:hidden="!data.isBlank">{$puq.text.no_data|escape:'html'}</p>
        <div kvm-bind:hidden="isTable || data.points.length === 0">
            <div class="kvm-card panel panel-default card"><div class="kvm-body panel-body card-body"><h3>{$puq.text.cpu|escape:'html'}</h3><div class="kvm-chart" data-chart="cpu" dir="ltr" role="img" aria-label="{$puq.text.cpu|escape:'html'}"></div></div></div>
            <div class="kvm-card panel panel-default card"><div class="kvm-body panel-body card-body"><h3>{$puq.text.memory|escape:'html'}</h3><div class="kvm-chart" data-chart="memory" dir="ltr" role="img" aria-label="{$puq.text.memory|escape:'html'}"></div></div></div>
            <div class="kvm-card panel panel-default card"><div class="kvm-body panel-body card-body"><h3>{$puq.text.storage|escape:'html'}</h3><div class="kvm-chart" data-chart="disk" dir="ltr" role="img" aria-label="{$puq.text.storage|escape:'html'}"></div></div></div>
            <div class="kvm-card panel panel-default card"><div class="kvm-body panel-body card-body"><h3>{$puq.text.network|escape:'html'}</h3><div class="kvm-chart" data-chart="net" dir="ltr" role="img" aria-label="{$puq.text.network|escape:'html'}"></div></div></div>
        </div>
        <div class="kvm-card kvm-scroll kvm-high panel panel-default card" tabindex="0" role="region" aria-label="{$puq.text.tab_charts|escape:'html'}" kvm-bind:hidden="!isTable">
            <table class="table kvm-table">
                <thead><tr><th scope="col">{$puq.text.time|escape:'html'}</th><th scope="col">{$puq.text.cpu|escape:'html'} %</th><th scope="col">{$puq.text.memory|escape:'html'} %</th><th scope="col">{$puq.text.read|escape:'html'} MB/s</th><th scope="col">{$puq.text.write|escape:'html'} MB/s</th><th scope="col">{$puq.text.received|escape:'html'} MB/s</th><th scope="col">{$puq.text.sent|escape:'html'} MB/s</th></tr></thead>
                <tbody>
                    <template kvm-for="row in data.rows" kvm-bind:key="row.time"><tr><td class="kvm-nobreak" kvm-text="row.when"></td><template kvm-for="cell in row.cells"><td><bdi dir="ltr" kvm-text="cell"></bdi></td></template></tr></template>
                </tbody>
            </table>
        </div>
    </div></template>
</div>
