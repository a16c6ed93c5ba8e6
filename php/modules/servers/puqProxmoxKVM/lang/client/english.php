<?php

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

// What the parts of the client's page say, beside what stands in the file of the language one folder up.
return [
    'client_tab_overview' => 'Overview',
    'client_tabs' => 'Parts of this page',
    'client_noscript' => 'This page needs JavaScript.',
    'client_reload' => 'Reload the page',
    'client_suspended_title' => 'This service is suspended',
    'client_suspended_hint' => 'It runs again once what is due is paid, or support lets it go on.',
    'client_invoices' => 'My invoices',
    'js_copy' => 'Copy',
    'js_as_of' => 'as of :time',
    'js_lost' => 'Connection lost. What you see is as of :time; the page keeps trying.',
    'js_slow' => 'No answer in time. Look whether it was done before you try again.',
    'js_signed_out' => 'You were signed out. Reload the page to sign in again.',
];
