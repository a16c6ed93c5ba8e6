<?php

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

// What the parts of the client's page say, beside what stands in the file of the language one folder up.
return [
    'client_tab_overview' => '概览',
    'client_tabs' => '本页各部分',
    'client_noscript' => '此页面需要 JavaScript。',
    'client_reload' => '重新加载页面',
    'client_suspended_title' => '此服务已暂停',
    'client_suspended_hint' => '付清欠款或由客服恢复后即可继续运行。',
    'client_invoices' => '我的账单',
    'js_copy' => '复制',
    'js_as_of' => '截至 :time',
    'js_lost' => '连接已断开。所示内容截至 :time；页面会继续尝试。',
    'js_slow' => '未能及时得到答复。重试前请先查看操作是否已完成。',
    'js_signed_out' => '您已退出登录。请重新加载页面以再次登录。',
];
