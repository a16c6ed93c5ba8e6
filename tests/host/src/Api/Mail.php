<?php

declare(strict_types=1);

namespace Standin\Api;

use Standin\Api;
use Standin\Mailer;

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
}
