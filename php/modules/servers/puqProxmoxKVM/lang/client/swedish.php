<?php

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

// What the parts of the client's page say, beside what stands in the file of the language one folder up.
return [
    'client_tab_overview' => 'Översikt',
    'client_tabs' => 'Delar av sidan',
    'client_noscript' => 'Sidan behöver JavaScript.',
    'client_reload' => 'Läs in sidan igen',
    'client_suspended_title' => 'Tjänsten är avstängd',
    'client_suspended_hint' => 'Den går igång igen när skulden är betald eller supporten släpper på den.',
    'client_invoices' => 'Mina fakturor',
    'js_copy' => 'Kopiera',
    'js_as_of' => 'per :time',
    'js_lost' => 'Anslutningen bröts. Det du ser är från :time; sidan fortsätter att försöka.',
    'js_slow' => 'Inget svar i tid. Se efter om det blev gjort innan du försöker igen.',
    'js_signed_out' => 'Du har loggats ut. Läs in sidan igen för att logga in.',
];
