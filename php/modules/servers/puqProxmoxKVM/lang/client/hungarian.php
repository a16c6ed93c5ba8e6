<?php

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

// What the parts of the client's page say, beside what stands in the file of the language one folder up.
return [
    'client_tab_overview' => 'Áttekintés',
    'client_tabs' => 'Az oldal részei',
    'client_noscript' => 'Ehhez az oldalhoz JavaScript kell.',
    'client_reload' => 'Oldal újratöltése',
    'client_suspended_title' => 'Ez a szolgáltatás fel van függesztve',
    'client_suspended_hint' => 'Újra futni fog, ha a tartozást kifizették, vagy ha a támogatás engedi.',
    'client_invoices' => 'Számláim',
    'js_copy' => 'Másolás',
    'js_as_of' => ':time állapot szerint',
    'js_lost' => 'Megszakadt a kapcsolat. Amit lát, az :time állapota; az oldal tovább próbálkozik.',
    'js_slow' => 'Nem jött válasz időben. Mielőtt újra próbálja, nézze meg, megtörtént-e.',
    'js_signed_out' => 'Kijelentkeztettük. Töltse újra az oldalt a belépéshez.',
];
