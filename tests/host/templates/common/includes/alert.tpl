<div class="alert alert-{$type|default:'info'}{if isset($textcenter) && $textcenter} text-center{/if}">{if isset($title) && $title}<h2>{$title}</h2>{/if}{$msg}</div>
