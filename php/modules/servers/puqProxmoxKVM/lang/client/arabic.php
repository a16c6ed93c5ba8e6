<?php

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

// What the parts of the client's page say, beside what stands in the file of the language one folder up.
return [
    'client_tab_overview' => 'نظرة عامة',
    'client_tabs' => 'أقسام هذه الصفحة',
    'client_noscript' => 'تحتاج هذه الصفحة إلى JavaScript.',
    'client_reload' => 'إعادة تحميل الصفحة',
    'client_suspended_title' => 'هذه الخدمة موقوفة مؤقتًا',
    'client_suspended_hint' => 'تعمل من جديد بعد دفع المستحقات، أو عندما يسمح الدعم بذلك.',
    'client_invoices' => 'فواتيري',
    'js_copy' => 'نسخ',
    'js_as_of' => 'حتى :time',
    'js_lost' => 'انقطع الاتصال. ما تراه يعود إلى :time؛ تواصل الصفحة المحاولة.',
    'js_slow' => 'لم يصل رد في الوقت المناسب. تحقق مما إذا تم الأمر قبل المحاولة من جديد.',
    'js_signed_out' => 'تم تسجيل خروجك. أعد تحميل الصفحة لتسجيل الدخول من جديد.',
];
