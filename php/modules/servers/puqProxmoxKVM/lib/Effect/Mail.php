<?php

declare(strict_types=1);

namespace PuqProxmoxKvm\Effect;

use PuqProxmoxKvm\Database;
use PuqProxmoxKvm\Tables;
use PuqProxmoxKvm\Typed;
use PuqProxmoxKvm\View;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * Mails to the owner of a service and the templates they are made from.
 */
final class Mail
{
    private Database $database;
    private Tables $tables;

    public function __construct(Database $database, Tables $tables)
    {
        $this->database = $database;
        $this->tables = $tables;
    }

    /** @return array<string, callable(array<string, mixed>): array<mixed>> */
    public function effects(): array
    {
        return [
            'send_email' => fn (array $args): array => $this->send($args),
            'email_templates' => fn (): array => $this->templates(),
            'create_email_templates' => fn (array $args): array => $this->create($args),
        ];
    }

    /**
     * @param array<string, mixed> $args template, service_id, vars
     * @return array{ok: bool, error?: string}
     */
    private function send(array $args): array
    {
        $template = $this->stored((string) ($args['template'] ?? ''));
        $vars = (array) ($args['vars'] ?? []);
        if (!$template['plain']) {
            // WHMCS puts the values as they are into the mail, which is HTML unless its template says otherwise.
            $vars = array_map([View::class, 'escape'], $vars);
        }
        $answer = localAPI('SendEmail', [
            'messagename' => $template['name'],
            'id' => (int) ($args['service_id'] ?? 0),
            'customvars' => base64_encode(serialize($vars)),
        ]);
        if (($answer['result'] ?? '') === 'success') {
            return ['ok' => true];
        }
        return ['ok' => false, 'error' => (string) ($answer['message'] ?? 'WHMCS gave no reason.')];
    }

    /**
     * A template as WHMCS has it: it looks for the name to the letter, so in the form in which it is stored.
     *
     * @return array{name: string, plain: bool}
     */
    private function stored(string $name): array
    {
        $rows = $this->database->select(
            "SELECT name, plaintext FROM tblemailtemplates WHERE type = 'product' ORDER BY id"
        );
        foreach ($rows as $row) {
            if (in_array($name, [(string) $row['name'], Typed::text((string) $row['name'])], true)) {
                return ['name' => (string) $row['name'], 'plain' => (bool) $row['plaintext']];
            }
        }
        return ['name' => $name, 'plain' => false];
    }

    /** @return list<string> */
    private function templates(): array
    {
        $rows = $this->tables->select(
            "SELECT DISTINCT name FROM tblemailtemplates WHERE type = 'product' ORDER BY name"
        );
        return array_map('strval', array_column($rows, 'name'));
    }

    /**
     * Creates the templates that are not there; one that an admin has changed stays as it is.
     *
     * @param array<string, mixed> $args templates: list of name, subject, message
     * @return array{created: list<string>}
     */
    private function create(array $args): array
    {
        $existing = array_flip($this->templates());
        $created = [];
        foreach ((array) ($args['templates'] ?? []) as $template) {
            $name = (string) ($template['name'] ?? '');
            if ($name === '' || isset($existing[$name])) {
                continue;
            }
            $now = date('Y-m-d H:i:s');
            $this->database->affect(
                'INSERT INTO tblemailtemplates (type, name, subject, message, attachments, fromname, fromemail,'
                . ' disabled, custom, language, copyto, blind_copy_to, plaintext, created_at, updated_at)'
                . " VALUES ('product', ?, ?, ?, '', '', '', 0, 1, '', '', '', 0, ?, ?)",
                [$name, (string) ($template['subject'] ?? ''), (string) ($template['message'] ?? ''), $now, $now]
            );
            $created[] = $name;
        }
        return ['created' => $created];
    }
}
