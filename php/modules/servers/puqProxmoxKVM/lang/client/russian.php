<?php

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

// What the parts of the client's page say, beside what stands in the file of the language one folder up.
return [
    'client_tab_overview' => 'Обзор',
    'client_tabs' => 'Разделы этой страницы',
    'client_noscript' => 'Этой странице нужен JavaScript.',
    'client_reload' => 'Перезагрузить страницу',
    'client_suspended_title' => 'Эта услуга приостановлена',
    'client_suspended_hint' => 'Она заработает снова после оплаты долга или когда разрешит поддержка.',
    'client_invoices' => 'Мои счета',
    'js_copy' => 'Копировать',
    'js_as_of' => 'на :time',
    'js_lost' => 'Связь потеряна. Показано состояние на :time; страница продолжает попытки.',
    'js_slow' => 'Ответ не пришёл вовремя. Прежде чем повторять, посмотрите, выполнено ли это.',
    'js_signed_out' => 'Вы вышли из системы. Перезагрузите страницу, чтобы войти снова.',
];
