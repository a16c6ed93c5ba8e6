<?php

declare(strict_types=1);

namespace Standin\Cli;

/** The text of --help. */
final class Help
{
    public const TEXT = <<<'TEXT'
standin - a stand-in WHMCS for tests and demonstrations

  standin COMMAND [words] [--root DIR] [--json]        (--root may be left out with STANDIN_ROOT set)

Site
  install --root DIR [--db sqlite|mysql://user:pass@host:port/name[?socket=/path]] [--modules DIR] [--fresh]
          [--admin-dir admin] [--url http://127.0.0.1:8080] [--theme standin4|standin3] [--switch name=value]...
          DIR becomes a WHMCS root: init.php, clientarea.php, crons/cron.php, admin/, modules/ (copied), ...
          --themes DIR copies themes of your own beside the skins
          --modules holds servers/ and addons/ and may be given again later to copy newer files
  seed    [--module NAME] [--addon NAME] [--clients 2] [--server-name N] [--server-host H] [--server-ip IP]
          [--server-port 8006] [--server-user U] [--server-secret S] [--insecure]
          [--access-hash TEXT | --access-hash-file F] [--assigned-ips TEXT | --assigned-ips-file F]
          [--product NAME] [--settings FILE.json] [--options all|none|"RAM,CPU Cores"]
          [--templates "9001|Debian 12,9002|Ubuntu 22.04 LTS"]
          clients client1@example.com ..., staff "admin"; every password is "password"
  server add|set [ID] [--name ...] [--host H] [--ip IP] [--port P] [--user U] [--secret S] [--access-hash ...]
          [--assigned-ips ...] [--insecure] [--default] [--disabled] [--module NAME] | server test ID
  product add NAME [--module NAME] [--group SERVERGROUP] | product set ID [--settings FILE.json]
          [--welcome-email NAME] [--upgrade-email NAME] [--option N=VALUE]... | product set-configoption ID N VALUE
          the settings file is what the browser posts: {"packageconfigoption": {"1": "..."}, "own_field": ...}
  option add PRODUCT NAME [--values "1|1 GB,2|2 GB"] [--type dropdown|radio|yesno|quantity] [--min 0] [--max 10]
  option remove PRODUCT NAME | option list PRODUCT
  product duplicate ID NAME | field add PRODUCT NAME
  activate ADDON [--set field=value]... | deactivate ADDON       (opens it to the full administrator role)
  client-add --email E [--first F] [--last L] [--language english]
  set SETTING VALUE                                   a row of tblconfiguration

Work
  order --client N --product N [--option "RAM=4"]... [--domain D] [--no-create]
          [--password P] [--field "Note=text"]... as the order form would send them
  module SERVICE FUNCTION [name=value]...             Create Suspend Unsuspend Terminate ChangePackage ChangePassword
                                                      Renew TestConnection, or any admin-side custom function
  client SERVICE FUNCTION [name=value]... [--as CLIENT] [--get]
                                                      through the client dispatcher, as the owner or someone else;
                                                      FUNCTION "page" is the product page itself
  addon NAME [name=value]... [--get]                  the addon's admin page, as the browser would ask for it
  upgrade SERVICE [--option "RAM=8"]... | upgrade SERVICE --product N
  cron [--daily]
  api COMMAND [name=value]...

Look
  service ID | params ID | metrics SERVICE | sql "select ..."
  mail [list | show N] | log module|activity|queue [--retry] [--clear]
  faults [--clear]                                    PHP warnings, uncaught exceptions; exit 1 if there are any
  leaks [FILE]...                                     secrets in logs; STANDIN_SECRETS names a file with more secrets
  lint --modules DIR                                  syntax, guards, templates (Smarty 4 and 3), methods newer than
                                                      Illuminate 7.12

Web
  serve [--port 8080] [--host 127.0.0.1] [--print]    php -S with the site's router (--print only prints how)
  nginx [--port 8080]                                 writes nginx.conf and fpm.conf, prints how to start both

Switches: environment STANDIN_<NAME>, or install --switch name=value
  whmcs 8.13 (8.8, 9.0)   ids int|string   smarty 4|3   strict 0|1 (a PHP fault: exit 70, HTTP 500)
  sql_strict 0|1   wait_timeout SECONDS   mail_delay_ms N   mail_fail 0|1
  stored encoded|raw (texts in the core tables)   params win|lose (in modules' templates); WHMCS documents neither
  search 1|0 (answers for texts encoded twice; 0 where a test types such texts itself)
STANDIN_EXTENSION=/path/to/extension.so starts PHP with that extension.

TEXT;
}
