<?php

declare(strict_types=1);

namespace WHMCS\View\Menu;

/** A node of a menu or sidebar: a panel when it has children, a link inside one otherwise. */
class Item
{
    /** @var string */
    private $name;

    /** @var array<string, mixed> */
    private $options;

    /** @var array<string, Item> */
    private $children = [];

    /** @var Item|null */
    private $parent;

    public function __construct(string $name, array $options = [])
    {
        $this->name = $name;
        $this->options = $options + ['label' => $name, 'order' => 0];
    }

    /** Adds a child by name and options (label, uri, icon, order, badge, attributes), or a ready item. */
    public function addChild($child, array $options = []): self
    {
        $item = $child instanceof self ? $child : new self((string) $child, $options);
        $item->parent = $this;
        $this->children[$item->getName()] = $item;
        return $item;
    }

    public function getChild($name): ?self
    {
        return $this->children[$name] ?? null;
    }

    /** @return Item[] in order */
    public function getChildren(): array
    {
        $children = $this->children;
        uasort($children, static function (self $a, self $b): int {
            return $a->getOrder() <=> $b->getOrder();
        });
        return $children;
    }

    public function hasChildren(): bool
    {
        return $this->children !== [];
    }

    public function getName(): string
    {
        return $this->name;
    }

    public function getId(): string
    {
        return str_replace(' ', '_', ($this->parent === null ? '' : $this->parent->getName() . '-') . $this->name);
    }

    public function getLabel(): string
    {
        return (string) $this->options['label'];
    }

    public function getUri(): string
    {
        return (string) ($this->options['uri'] ?? '');
    }

    public function getOrder(): int
    {
        return (int) $this->options['order'];
    }

    public function getIcon(): string
    {
        return (string) ($this->options['icon'] ?? '');
    }

    public function hasIcon(): bool
    {
        return $this->getIcon() !== '';
    }

    public function getBadge(): string
    {
        return (string) ($this->options['badge'] ?? '');
    }

    public function hasBadge(): bool
    {
        return $this->getBadge() !== '';
    }

    public function getBodyHtml(): string
    {
        return (string) ($this->options['bodyHtml'] ?? '');
    }

    public function hasBodyHtml(): bool
    {
        return $this->getBodyHtml() !== '';
    }

    public function getFooterHtml(): string
    {
        return (string) ($this->options['footerHtml'] ?? '');
    }

    public function hasFooterHtml(): bool
    {
        return $this->getFooterHtml() !== '';
    }

    public function getClass(): string
    {
        return (string) $this->getAttribute('class');
    }

    /** @return mixed */
    public function getAttribute($name)
    {
        return $this->options['attributes'][$name] ?? '';
    }

    /** @return array<string, mixed> */
    public function getAttributes(): array
    {
        return (array) ($this->options['attributes'] ?? []);
    }

    /** @return mixed what the official themes ask for */
    public function getExtra($name)
    {
        return $this->options['extras'][$name] ?? null;
    }

    public function isCurrent(): bool
    {
        return (bool) ($this->options['current'] ?? false);
    }

    public function isDisabled(): bool
    {
        return (bool) ($this->options['disabled'] ?? false);
    }
}
