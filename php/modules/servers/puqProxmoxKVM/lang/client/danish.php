<?php

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

// What the parts of the client's page say, beside what stands in the file of the language one folder up.
return [
    'client_tab_overview' => 'Oversigt',
    'client_tabs' => 'Sidens dele',
    'client_noscript' => 'Denne side kræver JavaScript.',
    'client_reload' => 'Genindlæs siden',
    'client_suspended_title' => 'Denne tjeneste er suspenderet',
    'client_suspended_hint' => 'Den kører igen, når det skyldige er betalt, eller supporten lader den fortsætte.',
    'client_invoices' => 'Mine fakturaer',
    'js_copy' => 'Kopiér',
    'js_as_of' => 'pr. :time',
    'js_lost' => 'Forbindelsen er tabt. Det viste er pr. :time; siden bliver ved med at prøve.',
    'js_slow' => 'Intet svar i tide. Se efter, om det er gjort, før du prøver igen.',
    'js_signed_out' => 'Du er blevet logget ud. Genindlæs siden for at logge ind igen.',
];
