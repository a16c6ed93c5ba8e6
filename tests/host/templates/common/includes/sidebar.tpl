{foreach $sidebar->getChildren() as $panel}
{if !$panel->hasChildren() && !$panel->hasBodyHtml() && !$panel->hasFooterHtml()}{continue}{/if}
<div menuItemName="{$panel->getName()|escape}" class="panel panel-default card card-sidebar mb-3">
<div class="panel-heading card-header"><h3 class="panel-title card-title">{if $panel->hasIcon()}<i class="{$panel->getIcon()|escape}"></i> {/if}{$panel->getLabel()|escape}{if $panel->hasBadge()} <span class="badge">{$panel->getBadge()|escape}</span>{/if}</h3></div>
{if $panel->hasBodyHtml()}<div class="panel-body card-body">{$panel->getBodyHtml()}</div>{/if}
{if $panel->hasChildren()}
<div class="list-group list-group-flush">
{foreach $panel->getChildren() as $link}
{if $link->getUri() !== ''}
<a menuItemName="{$link->getName()|escape}" href="{$link->getUri()|escape}" id="{$link->getId()|escape}" class="list-group-item list-group-item-action{if $link->isDisabled()} disabled{/if}{if $link->getClass()} {$link->getClass()|escape}{/if}{if $link->isCurrent()} active{/if}"{foreach $link->getAttributes() as $name => $value}{if $name !== 'class'} {$name|escape}="{$value|escape}"{/if}{/foreach}>{if $link->hasIcon()}<i class="{$link->getIcon()|escape}"></i> {/if}{$link->getLabel()|escape}{if $link->hasBadge()} <span class="badge">{$link->getBadge()|escape}</span>{/if}</a>
{else}
<div menuItemName="{$link->getName()|escape}" class="list-group-item">{$link->getLabel()}</div>
{/if}
{/foreach}
</div>
{/if}
{if $panel->hasFooterHtml()}<div class="panel-footer card-footer">{$panel->getFooterHtml()}</div>{/if}
</div>
{/foreach}
