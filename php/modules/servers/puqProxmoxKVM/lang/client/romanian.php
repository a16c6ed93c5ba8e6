<?php

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

// What the parts of the client's page say, beside what stands in the file of the language one folder up.
return [
    'client_tab_overview' => 'Prezentare',
    'client_tabs' => 'Părțile acestei pagini',
    'client_noscript' => 'Această pagină are nevoie de JavaScript.',
    'client_reload' => 'Reîncarcă pagina',
    'client_suspended_title' => 'Acest serviciu este suspendat',
    'client_suspended_hint' => 'Va funcționa din nou după plata sumei datorate sau când suportul permite.',
    'client_invoices' => 'Facturile mele',
    'js_copy' => 'Copiază',
    'js_as_of' => 'la :time',
    'js_lost' => 'Conexiune pierdută. Ceea ce vedeți este de la :time; pagina încearcă în continuare.',
    'js_slow' => 'Niciun răspuns la timp. Verificați dacă s-a făcut înainte de a încerca din nou.',
    'js_signed_out' => 'Ați fost deconectat. Reîncărcați pagina pentru a vă autentifica din nou.',
];
