<?php

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

// What the parts of the client's page say, beside what stands in the file of the language one folder up.
return [
    'client_tab_overview' => 'Übersicht',
    'client_tabs' => 'Teile dieser Seite',
    'client_noscript' => 'Diese Seite braucht JavaScript.',
    'client_reload' => 'Seite neu laden',
    'client_suspended_title' => 'Dieser Dienst ist gesperrt',
    'client_suspended_hint' => 'Er läuft wieder, sobald das Fällige bezahlt ist oder der Support ihn freigibt.',
    'client_invoices' => 'Meine Rechnungen',
    'js_copy' => 'Kopieren',
    'js_as_of' => 'Stand :time',
    'js_lost' => 'Verbindung verloren. Was Sie sehen, ist der Stand von :time; die Seite versucht es weiter.',
    'js_slow' => 'Keine Antwort rechtzeitig. Sehen Sie nach, ob es geschehen ist, bevor Sie es erneut versuchen.',
    'js_signed_out' => 'Sie wurden abgemeldet. Laden Sie die Seite neu, um sich wieder anzumelden.',
];
