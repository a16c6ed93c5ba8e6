<?php

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

// What the parts of the client's page say, beside what stands in the file of the language one folder up.
return [
    'client_tab_overview' => 'Pregled',
    'client_tabs' => 'Dijelovi ove stranice',
    'client_noscript' => 'Ova stranica treba JavaScript.',
    'client_reload' => 'Ponovno učitaj stranicu',
    'client_suspended_title' => 'Ova je usluga obustavljena',
    'client_suspended_hint' => 'Ponovno će raditi kad se dugovanje plati ili kad podrška to dopusti.',
    'client_invoices' => 'Moji računi',
    'js_copy' => 'Kopiraj',
    'js_as_of' => 'stanje u :time',
    'js_lost' => 'Veza je prekinuta. Prikazano je stanje u :time; stranica i dalje pokušava.',
    'js_slow' => 'Nema odgovora na vrijeme. Prije ponovnog pokušaja pogledajte je li učinjeno.',
    'js_signed_out' => 'Odjavljeni ste. Ponovno učitajte stranicu i prijavite se.',
];
