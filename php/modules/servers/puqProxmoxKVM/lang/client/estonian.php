<?php

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

// What the parts of the client's page say, beside what stands in the file of the language one folder up.
return [
    'client_tab_overview' => 'Ülevaade',
    'client_tabs' => 'Selle lehe osad',
    'client_noscript' => 'See leht vajab JavaScripti.',
    'client_reload' => 'Laadi leht uuesti',
    'client_suspended_title' => 'See teenus on peatatud',
    'client_suspended_hint' => 'See töötab taas, kui võlg on tasutud või tugi lubab.',
    'client_invoices' => 'Minu arved',
    'js_copy' => 'Kopeeri',
    'js_as_of' => 'seisuga :time',
    'js_lost' => 'Ühendus katkes. Näete seisu :time; leht proovib edasi.',
    'js_slow' => 'Vastus ei tulnud õigel ajal. Enne uut katset vaadake, kas see tehti.',
    'js_signed_out' => 'Teid logiti välja. Laadige leht uuesti, et taas sisse logida.',
];
