<?php

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

// What the parts of the client's page say, beside what stands in the file of the language one folder up.
return [
    'client_tab_overview' => 'Overzicht',
    'client_tabs' => 'Delen van deze pagina',
    'client_noscript' => 'Deze pagina heeft JavaScript nodig.',
    'client_reload' => 'Pagina opnieuw laden',
    'client_suspended_title' => 'Deze dienst is opgeschort',
    'client_suspended_hint' => 'Hij draait weer zodra het verschuldigde is betaald of support hem vrijgeeft.',
    'client_invoices' => 'Mijn facturen',
    'js_copy' => 'Kopiëren',
    'js_as_of' => 'stand van :time',
    'js_lost' => 'Verbinding verbroken. Wat u ziet is van :time; de pagina blijft het proberen.',
    'js_slow' => 'Geen antwoord op tijd. Kijk of het gedaan is voordat u het opnieuw probeert.',
    'js_signed_out' => 'U bent afgemeld. Laad de pagina opnieuw om weer aan te melden.',
];
