{foreach $sidebar->getChildren() as $panel}
{if !$panel->hasChildren() && !$panel->hasBodyHtml() && !$panel->hasFooterHtml()}{continue}{/if}
<div menuItemName="{$panel->getName()|escape:'html':'UTF-8':false}" class="panel panel-default card card-sidebar mb-3">
<div class="panel-heading card-header"><h3 class="panel-title card-title">{if $panel->hasIcon()}<i class="{$panel->getIcon()|escape:'html':'UTF-8':false}"></i> {/if}{$panel->getLabel()|escape:'html':'UTF-8':false}{if $panel->hasBadge()} <span class="badge">{$panel->getBadge()|escape:'html':'UTF-8':false}</span>{/if}</h3></div>
{if $panel->hasBodyHtml()}<div class="panel-body card-body">{$panel->getBodyHtml()}</div>{/if}
{if $panel->hasChildren()}
<div class="list-group list-group-flush">
{foreach $panel->getChildren() as $link}
{if $link->getUri() !== ''}
<a menuItemName="{$link->getName()|escape:'html':'UTF-8':false}" href="{$link->getUri()|escape:'html':'UTF-8':false}" id="{$link->getId()|escape:'html':'UTF-8':false}" class="list-group-item list-group-item-action{if $link->isDisabled()} disabled{/if}{if $link->getClass()} {$link->getClass()|escape:'html':'UTF-8':false}{/if}{if $link->isCurrent()} active{/if}"{foreach $link->getAttributes() as $name => $value}{if $name !== 'class'} {$name|escape:'html':'UTF-8':false}="{$value|escape:'html':'UTF-8':false}"{/if}{/foreach}>{if $link->hasIcon()}<i class="{$link->getIcon()|escape:'html':'UTF-8':false}"></i> {/if}{$link->getLabel()|escape:'html':'UTF-8':false}{if $link->hasBadge()} <span class="badge">{$link->getBadge()|escape:'html':'UTF-8':false}</span>{/if}</a>
{else}
<div menuItemName="{$link->getName()|escape:'html':'UTF-8':false}" class="list-group-item">{$link->getLabel()}</div>
{/if}
{/foreach}
</div>
{/if}
{if $panel->hasFooterHtml()}<div class="panel-footer card-footer">{$panel->getFooterHtml()}</div>{/if}
</div>
{/foreach}
