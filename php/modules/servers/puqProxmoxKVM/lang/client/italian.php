<?php

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

// What the parts of the client's page say, beside what stands in the file of the language one folder up.
return [
    'client_tab_overview' => 'Panoramica',
    'client_tabs' => 'Parti di questa pagina',
    'client_noscript' => 'Questa pagina richiede JavaScript.',
    'client_reload' => 'Ricarica la pagina',
    'client_suspended_title' => 'Questo servizio è sospeso',
    'client_suspended_hint' => 'Riprenderà quando il dovuto sarà pagato o il supporto lo riattiverà.',
    'client_invoices' => 'Le mie fatture',
    'js_copy' => 'Copia',
    'js_as_of' => 'alle :time',
    'js_lost' => 'Connessione persa. Quello che vede risale alle :time; la pagina continua a provare.',
    'js_slow' => 'Nessuna risposta in tempo. Controlli se è stato fatto prima di riprovare.',
    'js_signed_out' => 'La sessione è terminata. Ricarichi la pagina per accedere di nuovo.',
];
