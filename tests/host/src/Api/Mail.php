<?php

declare(strict_types=1);

namespace Standin\Api;

use Standin\Api;
use Standin\Mailer;
use WHMCS\Database\Capsule;

/** API commands about e-mail. */
final class Mail
{
    public static function sendEmail(array $values): array
    {
        $variables = Api::unpack($values['customvars'] ?? []);
        if ($variables === null) {
            return Api::error('Invalid custom vars');
        }
        $id = (int) ($values['id'] ?? 0);
        if ($id <= 0) {
            return Api::error('A related ID is required');
        }
        if (($values['messagename'] ?? '') !== '') {
            $error = Mailer::send((string) $values['messagename'], $id, $variables);
        } elseif (($values['customtype'] ?? '') !== '' && ($values['customsubject'] ?? '') !== '') {
            $error = Mailer::sendText(
                (string) $values['customtype'],
                (string) $values['customsubject'],
                (string) ($values['custommessage'] ?? ''),
                $id,
                $variables
            );
        } else {
            return Api::error('You must provide either an existing email template name or a custom message');
        }
        return $error === '' ? ['result' => 'success'] : Api::error($error);
    }

    public static function getEmailTemplates(array $values): array
    {
        $query = Capsule::table('tblemailtemplates')->where('language', (string) ($values['language'] ?? ''))
            ->orderBy('name');
        if (($values['type'] ?? '') !== '') {
            $query->where('type', $values['type']);
        }
        $templates = [];
        foreach ($query->get()->all() as $template) {
            $templates[] = [
                'id' => $template->id, 'name' => $template->name, 'subject' => (string) $template->subject,
                'custom' => (bool) $template->custom,
            ];
        }
        return [
            'result' => 'success', 'totalresults' => count($templates),
            'emailtemplates' => ['emailtemplate' => $templates],
        ];
    }
}
