<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="{$charset}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{$pagetitle|escape:'html':'UTF-8':false} - {$companyname|escape:'html':'UTF-8':false}</title>
<link rel="stylesheet" href="{$WEB_ROOT}/templates/{$template}/css/base.css">
<link rel="stylesheet" href="{$WEB_ROOT}/templates/{$template}/css/theme.css">
<script>
var csrfToken = '{$token}', whmcsBaseUrl = '{$WEB_ROOT}', postsCustomLinks = {if $postsCustomLinks}true{else}false{/if};
</script>
{$library}
<script src="{$WEB_ROOT}/templates/{$template}/js/site.js" defer></script>
{$headoutput}
</head>
<body data-phone-cc-input="1" class="primary-bg-color">
{$headeroutput}
<header id="header" class="header">
<div class="topbar"><div class="container">
<a class="brand" href="{$WEB_ROOT}/clientarea.php"><span class="brand-mark"></span>{$companyname|escape:'html':'UTF-8':false}</a>
<nav class="topnav">
{if $loggedin}
<a href="{$WEB_ROOT}/clientarea.php">Client Area</a>
<a href="{$WEB_ROOT}/clientarea.php?action=services">My Services</a>
<a href="{$WEB_ROOT}/clientarea.php?action=emails">Email History</a>
<span class="who">Hello, {$clientsdetails.firstname|escape:'html':'UTF-8':false}!</span>
<a class="btn btn-sm btn-default" href="{$WEB_ROOT}/logout.php">Logout</a>
{else}
<a class="btn btn-sm btn-primary" href="{$WEB_ROOT}/index.php?rp=/login">Login</a>
{/if}
</nav>
</div></div>
</header>
<nav class="trail"><div class="container"><ol class="breadcrumb">
{foreach $breadcrumb as $item}
<li class="breadcrumb-item{if $item@last} active{/if}">{if $item@last}{$item.label|escape:'html':'UTF-8':false}{else}<a href="{$item.link|escape:'html':'UTF-8':false}">{$item.label|escape:'html':'UTF-8':false}</a>{/if}</li>
{/foreach}
</ol></div></nav>
<section id="main-body"><div class="container">
{if $primarySidebar->hasChildren() || $secondarySidebar->hasChildren()}
<div class="row">
<div class="col-lg-3 col-md-4 sidebar">
{include file="$template/includes/sidebar.tpl" sidebar=$primarySidebar}
{include file="$template/includes/sidebar.tpl" sidebar=$secondarySidebar}
</div>
<div class="col-lg-9 col-md-8 primary-content">
{else}
<div class="row"><div class="col-md-12 primary-content">
{/if}
