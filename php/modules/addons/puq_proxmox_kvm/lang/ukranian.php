<?php

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

// WHMCS spells its own Ukrainian file so.
require __DIR__ . '/ukrainian.php';
