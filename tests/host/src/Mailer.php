<?php

declare(strict_types=1);

namespace Standin;

use WHMCS\Database\Capsule;

/**
 * Renders e-mail templates with Smarty under the mail policy of WHMCS and puts the mail into the mailbox table
 * (tblemails) instead of sending it. The switches `mail_delay_ms` and `mail_fail` imitate a slow and a broken SMTP
 * server.
 */
final class Mailer
{
    private const UNSENDABLE = ['Order Confirmation', 'Password Reset Validation', 'Quote Delivery with PDF'];

    /**
     * Sends a template to the client of a service (type product) or to a client (other types).
     *
     * @param array<string, mixed> $variables merge fields on top of the usual ones
     * @return string '' when sent, else the error
     */
    public static function send(string $name, int $relatedId, array $variables): string
    {
        $base = Capsule::table('tblemailtemplates')->where('name', $name)->where('language', '')->first();
        if ($base === null) {
            return 'Email Template not found';
        }
        if ((int) $base->disabled === 1) {
            return 'Email Template is disabled';
        }
        if (in_array($name, self::UNSENDABLE, true)) {
            return 'This email template cannot be sent with this command';
        }
        $clientId = $base->type === 'product'
            ? (int) Capsule::table('tblhosting')->where('id', $relatedId)->value('userid') : $relatedId;
        $client = ClientDetails::of($clientId);
        if ($client === []) {
            return 'Related ID is required';
        }
        $template = Capsule::table('tblemailtemplates')->where('name', $name)->where('language', $client['language'])
            ->first() ?? $base;
        $fields = MergeFields::ofClient($client) + ['signature' => nl2br(Settings::get('Signature'))];
        if ($base->type === 'product') {
            $fields = MergeFields::ofService($relatedId) + $fields;
        }
        return self::deliver($template, $relatedId, $clientId, (string) $client['email'], $variables + $fields);
    }

    /**
     * Sends a mail given as text.
     *
     * @param array<string, mixed> $variables
     */
    public static function sendText(
        string $type,
        string $subject,
        string $message,
        int $relatedId,
        array $variables
    ): string {
        $clientId = $type === 'product'
            ? (int) Capsule::table('tblhosting')->where('id', $relatedId)->value('userid') : $relatedId;
        $client = ClientDetails::of($clientId);
        if ($client === []) {
            return 'Related ID is required';
        }
        $fields = MergeFields::ofClient($client) + ['signature' => nl2br(Settings::get('Signature'))];
        if ($type === 'product') {
            $fields = MergeFields::ofService($relatedId) + $fields;
        }
        $template = (object) ['name' => 'Custom', 'type' => $type, 'subject' => $subject, 'message' => $message];
        return self::deliver($template, $relatedId, $clientId, (string) $client['email'], $variables + $fields);
    }

    private static function deliver(
        object $template,
        int $relatedId,
        int $clientId,
        string $address,
        array $fields
    ): string {
        $hook = ['messagename' => $template->name, 'relid' => $relatedId, 'mergefields' => $fields];
        $attachments = [];
        foreach (Hooks::run('EmailPreSend', $hook) as $answer) {
            if (!is_array($answer)) {
                continue;
            }
            if (!empty($answer['abortsend'])) {
                return 'Sending Failed. Email Send Aborted By Hook';
            }
            $attachments = array_merge($attachments, (array) ($answer['attachments'] ?? []));
            unset($answer['attachments']);
            $fields = $answer + $fields;
        }
        try {
            $subject = self::render((string) $template->subject, $fields);
            $message = self::render((string) $template->message, $fields);
        } catch (\SmartyException $error) {
            return 'Sending Failed. Template: ' . $error->getMessage();
        }
        if (trim($message) === '') {
            return 'Sending Failed. Email message rendered empty';
        }
        foreach (Escapes::find($message, false) as $excerpt) {
            Faults::note('escaped twice', 'the mail "' . $subject . '": ' . $excerpt);
        }
        usleep(1000 * (int) Site::option('mail_delay_ms'));
        if (Site::option('mail_fail') === '1') {
            return 'Sending Failed. SMTP connect() failed.';
        }
        Capsule::table('tblemails')->insert([
            'userid' => $clientId, 'subject' => $subject, 'message' => $message, 'date' => gmdate('Y-m-d H:i:s'),
            'to' => $address, 'cc' => '', 'bcc' => '', 'template_name' => (string) $template->name,
            'relid' => $relatedId,
            'attachments' => implode(',', array_column($attachments, 'filename')), 'failure_reason' => '',
        ]);
        Journal::activity('Email Sent to ' . $address . ' (' . $subject . ')', $clientId);
        return '';
    }

    /** Smarty under the mail policy: few modifiers and functions, no static calls, streams or superglobals. */
    private static function render(string $text, array $fields): string
    {
        $smarty = View::bare();
        $policy = new \Smarty_Security($smarty);
        $policy->allow_super_globals = false;
        $policy->static_classes = null;
        $policy->streams = null;
        $policy->php_functions = ['isset', 'empty', 'count', 'sizeof', 'in_array', 'is_array', 'time', 'nl2br'];
        $policy->php_modifiers = ['escape', 'count', 'urlencode', 'ucfirst'];
        $policy->allowed_modifiers = ['escape', 'count', 'urlencode', 'ucfirst', 'date_format'];
        $policy->disabled_tags = ['block', 'function', 'include'];
        $policy->allow_constants = false;
        $smarty->enableSecurity($policy);
        $smarty->assign($fields);
        return $smarty->fetch('string:' . $text);
    }
}
