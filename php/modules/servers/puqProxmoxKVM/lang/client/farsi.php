<?php

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

// What the parts of the client's page say, beside what stands in the file of the language one folder up.
return [
    'client_tab_overview' => 'نمای کلی',
    'client_tabs' => 'بخش‌های این صفحه',
    'client_noscript' => 'این صفحه به JavaScript نیاز دارد.',
    'client_reload' => 'بارگذاری دوبارهٔ صفحه',
    'client_suspended_title' => 'این سرویس تعلیق شده است',
    'client_suspended_hint' => 'پس از پرداخت بدهی یا با اجازهٔ پشتیبانی دوباره کار می‌کند.',
    'client_invoices' => 'صورت‌حساب‌های من',
    'js_copy' => 'کپی',
    'js_as_of' => 'تا :time',
    'js_lost' => 'ارتباط قطع شد. آنچه می‌بینید مربوط به :time است؛ صفحه به تلاش ادامه می‌دهد.',
    'js_slow' => 'پاسخ به‌موقع نرسید. پیش از تلاش دوباره ببینید آیا انجام شده است.',
    'js_signed_out' => 'از حساب خارج شده‌اید. برای ورود دوباره صفحه را بارگذاری کنید.',
];
