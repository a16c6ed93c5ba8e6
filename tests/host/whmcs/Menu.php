<?php

declare(strict_types=1);

use WHMCS\View\Menu\Item;

/** The menus of the page that is being built. */
class Menu
{
    /** @var array<string, Item> */
    private static $menus = [];

    public static function primarySidebar(): Item
    {
        return self::menu('Primary Sidebar');
    }

    public static function secondarySidebar(): Item
    {
        return self::menu('Secondary Sidebar');
    }

    public static function primaryNavbar(): Item
    {
        return self::menu('Primary Navbar');
    }

    public static function secondaryNavbar(): Item
    {
        return self::menu('Secondary Navbar');
    }

    private static function menu(string $name): Item
    {
        if (!isset(self::$menus[$name])) {
            self::$menus[$name] = new Item($name);
        }
        return self::$menus[$name];
    }
}
