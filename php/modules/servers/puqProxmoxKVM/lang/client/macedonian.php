<?php

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

// What the parts of the client's page say, beside what stands in the file of the language one folder up.
return [
    'client_tab_overview' => 'Преглед',
    'client_tabs' => 'Делови од страницава',
    'client_noscript' => 'На страницава ѝ треба JavaScript.',
    'client_reload' => 'Вчитај ја страницата повторно',
    'client_suspended_title' => 'Оваа услуга е суспендирана',
    'client_suspended_hint' => 'Повторно ќе работи кога ќе се плати долгот или кога поддршката ќе дозволи.',
    'client_invoices' => 'Моите фактури',
    'js_copy' => 'Копирај',
    'js_as_of' => 'состојба во :time',
    'js_lost' => 'Врската е прекината. Прикажана е состојбата во :time; страницата продолжува да се обидува.',
    'js_slow' => 'Нема одговор навреме. Пред повторен обид проверете дали е направено.',
    'js_signed_out' => 'Одјавени сте. Вчитајте ја страницата повторно за да се најавите.',
];
