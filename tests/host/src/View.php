<?php

declare(strict_types=1);

namespace Standin;

/** Smarty as WHMCS sets it up, and the lookup of module templates with theme overrides. */
final class View
{
    /** The host's own themes: like six, like twenty-one, like nexus, and a dark one. */
    public const SKINS = ['standin3', 'standin4', 'standin9', 'dark'];

    /** Name of the active client theme; `?systpl=name` changes it for the session. */
    public static function theme(): string
    {
        $asked = $_GET['systpl'] ?? $_SESSION['standin_theme'] ?? '';
        $named = is_string($asked) && preg_match('/^[a-z0-9_-]+$/', $asked) === 1;
        if ($named && is_dir(Site::path('templates/' . $asked))) {
            $_SESSION['standin_theme'] = $asked;
            return $asked;
        }
        return Settings::get('Template', 'standin4');
    }

    /** The script tag of the jQuery that WHMCS ships; '' where the site has none and the skin's own little one serves. */
    public static function library(string $skin): string
    {
        return is_file(Site::path('templates/' . $skin . '/js/jquery.min.js'))
            ? '<script src="' . Site::webRoot() . '/templates/' . $skin . '/js/jquery.min.js"></script>' : '';
    }

    /** Smarty with the site's directories and no plugins. Auto-escape stays off, as in WHMCS. */
    public static function bare(): \Smarty
    {
        Site::loadSmarty();
        $smarty = new \Smarty();
        $smarty->setTemplateDir(Site::path('templates'));
        $smarty->setCompileDir(Site::path('templates_c'));
        $smarty->error_reporting = E_ALL;
        return $smarty;
    }

    /** Renders a theme's template, e.g. `clientareahome`. @param array<string, mixed> $variables */
    public static function page(string $template, array $variables): string
    {
        $smarty = self::full();
        if (!in_array(self::theme(), self::SKINS, true)) {
            // Themes from elsewhere ask for variables of pages that this host has not, and are written for Smarty 3.
            $smarty->muteUndefinedOrNullWarnings();
            $smarty->error_reporting = E_ALL & ~E_USER_DEPRECATED;
        }
        $smarty->assign($variables);
        return $smarty->fetch(self::theme() . '/' . $template . '.tpl');
    }

    /**
     * Renders a module's template.
     *
     * @param string $type 'servers' or 'addons'
     * @param array<string, mixed> $variables
     */
    public static function module(string $type, string $module, string $template, array $variables): string
    {
        $file = self::find($type, $module, $template);
        if ($file === null) {
            throw new \RuntimeException('Template "' . $template . '" of module ' . $module . ' not found.');
        }
        $smarty = self::full();
        $smarty->assign($variables);
        return $smarty->fetch('file:' . $file);
    }

    /**
     * Finds `foo` or `templates/foo.tpl`: the active theme and its parents first (both with and without the
     * `templates/` part, since WHMCS does not document which), then the module's directory, then its templates/.
     */
    public static function find(string $type, string $module, string $template): ?string
    {
        $name = preg_replace('/\.tpl$/', '', $template) . '.tpl';
        $short = preg_replace('#^/?templates/#', '', $name);
        foreach (self::themeChain(self::theme()) as $theme) {
            $base = Site::path('templates/' . $theme . '/modules/' . $type . '/' . $module . '/');
            foreach ([$name, $short, 'templates/' . $short] as $candidate) {
                if (is_file($base . $candidate)) {
                    return $base . $candidate;
                }
            }
        }
        $base = Site::path('modules/' . $type . '/' . $module . '/');
        foreach ([$name, 'templates/' . $name] as $candidate) {
            if (is_file($base . $candidate)) {
                return $base . $candidate;
            }
        }
        return null;
    }

    /** Adds the CSRF field to every POST form that has none, as WHMCS does with its output. */
    public static function withTokens(string $html): string
    {
        $field = generate_token();
        return (string) preg_replace_callback(
            '#(<form\b[^>]*method=["\']?post["\']?[^>]*>)(.*?)(</form>)#is',
            static function (array $form) use ($field): string {
                $has = preg_match('/name=["\']token["\']/', $form[2]) === 1;
                return $form[1] . ($has ? '' : $field) . $form[2] . $form[3];
            },
            $html
        );
    }

    /** @return string[] the theme and its parents, as theme.yaml names them */
    private static function themeChain(string $theme): array
    {
        $chain = [];
        while ($theme !== '' && !in_array($theme, $chain, true)) {
            $chain[] = $theme;
            $file = Site::path('templates/' . $theme . '/theme.yaml');
            $text = is_file($file) ? (string) file_get_contents($file) : '';
            $theme = preg_match('/^\s*parent:\s*["\']?([a-z0-9_-]+)/m', $text, $match) === 1 ? $match[1] : '';
        }
        return $chain;
    }

    /**
     * A theme's block for a file that it may have or not.
     *
     * @param array<string, string> $params
     * @param string|null $content null when the block opens
     */
    public static function ifAssetExists(array $params, ?string $content, \Smarty_Internal_Template $template): string
    {
        $file = '/templates/' . self::theme() . '/css/' . basename((string) ($params['file'] ?? ''));
        $template->assign('__assetPath__', Site::webRoot() . $file);
        return $content !== null && is_file(Site::path(ltrim($file, '/'))) ? $content : '';
    }

    private static function full(): \Smarty
    {
        $smarty = self::bare();
        $smarty->registerPlugin('function', 'lang', static function (array $params): string {
            return Language::translate((string) ($params['key'] ?? ''), $params);
        });
        $smarty->registerPlugin('function', 'assetPath', static function (array $params): string {
            $folder = substr((string) ($params['file'] ?? ''), -3) === 'css' ? 'css' : 'js';
            return Site::webRoot() . '/templates/' . View::theme() . '/' . $folder . '/' . ($params['file'] ?? '');
        });
        $smarty->registerPlugin('block', 'assetExists', [self::class, 'ifAssetExists']);
        $smarty->registerPlugin('function', 'routePath', static function (array $params): string {
            return routePath((string) reset($params));
        });
        $smarty->registerPlugin('modifier', 'routePath', 'routePath');
        return $smarty;
    }
}
