<?php

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

// What the parts of the client's page say, beside what stands in the file of the language one folder up.
return [
    'client_tab_overview' => 'Resum',
    'client_tabs' => 'Parts d\'aquesta pàgina',
    'client_noscript' => 'Aquesta pàgina necessita JavaScript.',
    'client_reload' => 'Torna a carregar la pàgina',
    'client_suspended_title' => 'Aquest servei està suspès',
    'client_suspended_hint' => 'Tornarà a funcionar quan es pagui el que es deu o quan el suport ho permeti.',
    'client_invoices' => 'Les meves factures',
    'js_copy' => 'Copia',
    'js_as_of' => 'a les :time',
    'js_lost' => 'S\'ha perdut la connexió. El que veieu és de les :time; la pàgina ho continua provant.',
    'js_slow' => 'No hi ha hagut resposta a temps. Mireu si s\'ha fet abans de tornar-ho a provar.',
    'js_signed_out' => 'S\'ha tancat la sessió. Torneu a carregar la pàgina per entrar de nou.',
];
