<?php

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

// What the parts of the client's page say, beside what stands in the file of the language one folder up.
return [
    'client_tab_overview' => 'Oversikt',
    'client_tabs' => 'Deler av denne siden',
    'client_noscript' => 'Denne siden trenger JavaScript.',
    'client_reload' => 'Last siden på nytt',
    'client_suspended_title' => 'Denne tjenesten er suspendert',
    'client_suspended_hint' => 'Den kjører igjen når det skyldige er betalt, eller support slipper den løs.',
    'client_invoices' => 'Mine fakturaer',
    'js_copy' => 'Kopier',
    'js_as_of' => 'per :time',
    'js_lost' => 'Forbindelsen er brutt. Det du ser er fra :time; siden fortsetter å prøve.',
    'js_slow' => 'Ikke svar i tide. Se om det ble gjort før du prøver igjen.',
    'js_signed_out' => 'Du er logget ut. Last siden på nytt for å logge inn igjen.',
];
