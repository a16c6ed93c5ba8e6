<?php

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

// What the parts of the client's page say, beside what stands in the file of the language one folder up.
return [
    'client_tab_overview' => 'Přehled',
    'client_tabs' => 'Části této stránky',
    'client_noscript' => 'Tato stránka potřebuje JavaScript.',
    'client_reload' => 'Načíst stránku znovu',
    'client_suspended_title' => 'Tato služba je pozastavena',
    'client_suspended_hint' => 'Poběží znovu, až bude dlužná částka zaplacena nebo až to podpora povolí.',
    'client_invoices' => 'Moje faktury',
    'js_copy' => 'Kopírovat',
    'js_as_of' => 'stav v :time',
    'js_lost' => 'Spojení se přerušilo. Zobrazený stav je z :time; stránka to zkouší dál.',
    'js_slow' => 'Odpověď nepřišla včas. Než to zkusíte znovu, podívejte se, zda se to nestalo.',
    'js_signed_out' => 'Byli jste odhlášeni. Načtěte stránku znovu a přihlaste se.',
];
