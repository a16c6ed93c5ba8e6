<?php

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

// What the parts of the client's page say, beside what stands in the file of the language one folder up.
return [
    'client_tab_overview' => 'Genel bakış',
    'client_tabs' => 'Bu sayfanın bölümleri',
    'client_noscript' => 'Bu sayfa için JavaScript gerekir.',
    'client_reload' => 'Sayfayı yeniden yükle',
    'client_suspended_title' => 'Bu hizmet askıya alındı',
    'client_suspended_hint' => 'Borç ödenince ya da destek izin verince yeniden çalışır.',
    'client_invoices' => 'Faturalarım',
    'js_copy' => 'Kopyala',
    'js_as_of' => ':time itibarıyla',
    'js_lost' => 'Bağlantı koptu. Gördükleriniz :time itibarıyladır; sayfa denemeyi sürdürüyor.',
    'js_slow' => 'Zamanında yanıt gelmedi. Yeniden denemeden önce yapılıp yapılmadığına bakın.',
    'js_signed_out' => 'Oturumunuz kapandı. Yeniden giriş yapmak için sayfayı yenileyin.',
];
