<?php

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

// What the parts of the client's page say, beside what stands in the file of the language one folder up.
return [
    'client_tab_overview' => 'Aperçu',
    'client_tabs' => 'Parties de cette page',
    'client_noscript' => 'Cette page nécessite JavaScript.',
    'client_reload' => 'Recharger la page',
    'client_suspended_title' => 'Ce service est suspendu',
    'client_suspended_hint' => 'Il fonctionnera de nouveau une fois le montant dû réglé, ou si le support le rétablit.',
    'client_invoices' => 'Mes factures',
    'js_copy' => 'Copier',
    'js_as_of' => 'état à :time',
    'js_lost' => 'Connexion perdue. Ce que vous voyez date de :time ; la page continue d\'essayer.',
    'js_slow' => 'Pas de réponse à temps. Vérifiez si c\'est fait avant de réessayer.',
    'js_signed_out' => 'Vous avez été déconnecté. Rechargez la page pour vous reconnecter.',
];
