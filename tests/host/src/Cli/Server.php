<?php

declare(strict_types=1);

namespace Standin\Cli;

use Standin\Site;

/** Commands about serving the site over HTTP. */
final class Server
{
    public function __construct(private Arguments $arguments)
    {
    }

    /**
     * Runs PHP's built-in server on the site until a signal. PHP_CLI_SERVER_WORKERS sets the number of workers. A
     * terminated server leaves its workers behind, so they all get a process group of their own, which ends as one.
     */
    public function serve(): int
    {
        $address = $this->arguments->get('host', '127.0.0.1') . ':' . $this->arguments->get('port', '8080');
        $extension = (string) getenv('STANDIN_EXTENSION');
        $words = $extension === '' ? [] : ['-d', 'extension=' . $extension];
        $words = array_merge($words, ['-S', $address, '-t', Site::path(), Site::path('router.php')]);
        if ($this->arguments->has('print')) {
            echo 'PHP_CLI_SERVER_WORKERS=4 php ', implode(' ', array_map('escapeshellarg', $words)), "\n";
            return 0;
        }
        $pid = pcntl_fork();
        if ($pid === 0) {
            posix_setsid();
            pcntl_exec(PHP_BINARY, $words, getenv() + ['PHP_CLI_SERVER_WORKERS' => '4']);
            exit(1);
        }
        pcntl_async_signals(true);
        foreach ([SIGTERM, SIGINT, SIGHUP] as $signal) {
            pcntl_signal($signal, static function () use ($pid): void {
                posix_kill(-$pid, SIGTERM);
            });
        }
        while (pcntl_waitpid($pid, $status, WNOHANG) === 0) {
            usleep(100000);
        }
        return pcntl_wifexited($status) ? pcntl_wexitstatus($status) : 0;
    }

    /** Writes nginx.conf and fpm.conf into the site and prints how to start and stop both. */
    public function nginx(): int
    {
        $root = Site::path();
        $port = $this->arguments->get('port', '8080');
        // The owner of the site, so that SQLite and the sessions are writable; php-fpm -R allows that to be root.
        $user = posix_getpwuid((int) fileowner($root))['name'] ?? 'www-data';
        $extension = (string) getenv('STANDIN_EXTENSION');
        $extension = $extension === '' ? '' : ' -d extension=' . $extension;
        $nginx = <<<NGINX
        # nginx -p {$root} -c {$root}/nginx.conf
        user {$user};
        pid {$root}/nginx.pid;
        error_log {$root}/nginx.log;
        events {}
        http {
            include /etc/nginx/mime.types;
            access_log off;
            client_body_temp_path {$root}/sessions;
            server {
                listen 127.0.0.1:{$port};
                root {$root};
                index index.php;
                location ~ ^/(templates_c|sessions|attachments|includes|crons)(/|$) { deny all; }
                location ~ (^/(configuration|router)\.php|\.(sqlite|jsonl|tpl|conf|pid|log)(-wal|-shm)?)$ { deny all; }
                location / { try_files \$uri \$uri/ /index.php?rp=\$uri&\$args; }
                location ~ \.php$ {
                    try_files \$uri =404;
                    include /etc/nginx/fastcgi_params;
                    fastcgi_param SCRIPT_FILENAME \$document_root\$fastcgi_script_name;
                    fastcgi_pass unix:{$root}/fpm.sock;
                }
            }
        }

        NGINX;
        $fpm = <<<FPM
        ; php-fpm8.2 -R{$extension} -y {$root}/fpm.conf
        [global]
        pid = {$root}/fpm.pid
        error_log = {$root}/fpm.log
        [site]
        listen = {$root}/fpm.sock
        listen.mode = 0666
        pm = static
        pm.max_children = 4
        clear_env = no
        user = {$user}

        FPM;
        file_put_contents($root . '/nginx.conf', $nginx);
        file_put_contents($root . '/fpm.conf', $fpm);
        echo "Start:\n  php-fpm8.2 -R{$extension} -y {$root}/fpm.conf\n  nginx -p {$root} -c {$root}/nginx.conf\n";
        echo "Stop:\n  kill \$(cat {$root}/nginx.pid) \$(cat {$root}/fpm.pid)\n";
        return 0;
    }
}
