<?php

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

// What the parts of the client's page say, beside what stands in the file of the language one folder up.
return [
    'client_tab_overview' => 'סקירה',
    'client_tabs' => 'חלקי הדף',
    'client_noscript' => 'דף זה דורש JavaScript.',
    'client_reload' => 'טעינת הדף מחדש',
    'client_suspended_title' => 'שירות זה מושעה',
    'client_suspended_hint' => 'הוא יפעל שוב לאחר תשלום החוב או כשהתמיכה תאפשר זאת.',
    'client_invoices' => 'החשבוניות שלי',
    'js_copy' => 'העתקה',
    'js_as_of' => 'נכון ל־:time',
    'js_lost' => 'החיבור אבד. מה שמוצג נכון ל־:time; הדף ממשיך לנסות.',
    'js_slow' => 'לא התקבלה תשובה בזמן. בדקו אם הדבר בוצע לפני ניסיון נוסף.',
    'js_signed_out' => 'נותקתם מהחשבון. טענו את הדף מחדש כדי להתחבר שוב.',
];
