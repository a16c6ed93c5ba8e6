<?php

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

// What the parts of the client's page say, beside what stands in the file of the language one folder up.
return [
    'client_tab_overview' => 'Resumen',
    'client_tabs' => 'Partes de esta página',
    'client_noscript' => 'Esta página necesita JavaScript.',
    'client_reload' => 'Volver a cargar la página',
    'client_suspended_title' => 'Este servicio está suspendido',
    'client_suspended_hint' => 'Volverá a funcionar cuando se pague lo pendiente o soporte lo permita.',
    'client_invoices' => 'Mis facturas',
    'js_copy' => 'Copiar',
    'js_as_of' => 'a las :time',
    'js_lost' => 'Se perdió la conexión. Lo que ve es de las :time; la página sigue intentándolo.',
    'js_slow' => 'No hubo respuesta a tiempo. Mire si se hizo antes de volver a intentarlo.',
    'js_signed_out' => 'Se cerró su sesión. Vuelva a cargar la página para entrar de nuevo.',
];
