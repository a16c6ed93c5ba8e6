<?php

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

// What the parts of the client's page say, beside what stands in the file of the language one folder up.
return [
    'client_tab_overview' => 'İcmal',
    'client_tabs' => 'Bu səhifənin bölmələri',
    'client_noscript' => 'Bu səhifə üçün JavaScript lazımdır.',
    'client_reload' => 'Səhifəni yenilə',
    'client_suspended_title' => 'Bu xidmət dayandırılıb',
    'client_suspended_hint' => 'Borc ödənildikdən və ya dəstək icazə verdikdən sonra yenidən işləyəcək.',
    'client_invoices' => 'Hesab-fakturalarım',
    'js_copy' => 'Kopyala',
    'js_as_of' => ':time etibarilə',
    'js_lost' => 'Bağlantı kəsildi. Gördüyünüz :time vəziyyətidir; səhifə cəhd etməyə davam edir.',
    'js_slow' => 'Vaxtında cavab gəlmədi. Yenidən cəhd etməzdən əvvəl yerinə yetirilib-yetirilmədiyini yoxlayın.',
    'js_signed_out' => 'Sistemdən çıxarıldınız. Yenidən daxil olmaq üçün səhifəni yeniləyin.',
];
