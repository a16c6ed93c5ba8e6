<?php

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

// What the parts of the client's page say, beside what stands in the file of the language one folder up.
return [
    'client_tab_overview' => 'Przegląd',
    'client_tabs' => 'Części tej strony',
    'client_noscript' => 'Ta strona wymaga JavaScriptu.',
    'client_reload' => 'Wczytaj stronę ponownie',
    'client_suspended_title' => 'Ta usługa jest zawieszona',
    'client_suspended_hint' => 'Ruszy ponownie po opłaceniu należności albo gdy wsparcie ją przywróci.',
    'client_invoices' => 'Moje faktury',
    'js_copy' => 'Kopiuj',
    'js_as_of' => 'stan z :time',
    'js_lost' => 'Utracono połączenie. Widoczny jest stan z :time; strona próbuje dalej.',
    'js_slow' => 'Brak odpowiedzi na czas. Zanim spróbujesz ponownie, sprawdź, czy to się stało.',
    'js_signed_out' => 'Wylogowano Cię. Wczytaj stronę ponownie, aby się zalogować.',
];
