<?php

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

// What the parts of the client's page say, beside what stands in the file of the language one folder up.
return [
    'client_tab_overview' => 'Огляд',
    'client_tabs' => 'Розділи цієї сторінки',
    'client_noscript' => 'Ця сторінка потребує JavaScript.',
    'client_reload' => 'Перезавантажити сторінку',
    'client_suspended_title' => 'Цю послугу призупинено',
    'client_suspended_hint' => 'Вона запрацює знову після сплати боргу або коли дозволить підтримка.',
    'client_invoices' => 'Мої рахунки',
    'js_copy' => 'Копіювати',
    'js_as_of' => 'станом на :time',
    'js_lost' => 'Зв\'язок втрачено. Показано стан на :time; сторінка пробує далі.',
    'js_slow' => 'Відповідь не надійшла вчасно. Перш ніж повторювати, перевірте, чи це зроблено.',
    'js_signed_out' => 'Ви вийшли із системи. Перезавантажте сторінку, щоб увійти знову.',
];
