<?php

/**
 * Loads Smarty 3.1. Its SmartyCompilerException redeclares Exception's typed property $line without a type, which
 * PHP 8.1 and newer refuse to load: every compile error would be a fatal one. This one has the type.
 */

declare(strict_types=1);

require_once 'smarty3/Smarty.class.php';

class SmartyCompilerException extends SmartyException
{
    public int $line = 0;
    public $source = null;
    public $desc = null;
    public $template = null;

    public function __toString()
    {
        return ' --> Smarty Compiler: ' . $this->message . ' <-- ';
    }
}
