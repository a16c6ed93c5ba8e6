<?php

declare(strict_types=1);

namespace Standin\Admin;

use Standin\Hooks;
use Standin\Http;
use WHMCS\Database\Capsule;

/** The mailbox of all sent mail, and the e-mail templates. */
final class MailPage
{
    public function respond(): void
    {
        $id = (int) Http::field('id');
        if (Http::script() === 'mailbox') {
            $mail = Capsule::table('tblemails')->where('id', $id)->first();
            $mail === null ? $this->showMailbox() : $this->showMail($mail);
            return;
        }
        $template = Capsule::table('tblemailtemplates')->where('id', $id)->first();
        $template === null ? $this->showTemplates() : $this->editTemplate($template);
    }

    private function showMailbox(): void
    {
        $rows = [];
        foreach (Capsule::table('tblemails')->orderBy('id', 'desc')->limit(300)->get()->all() as $mail) {
            $rows[] = [
                $mail->date, $mail->to, Markup::link('mailbox.php?id=' . $mail->id, (string) $mail->subject),
                $mail->template_name,
            ];
        }
        Layout::show('Mailbox', Markup::panel('Sent', Markup::table(['Date', 'To', 'Subject', 'Template'], $rows)));
    }

    private function showMail(object $mail): void
    {
        $head = Markup::fields([
            'Date' => Markup::escape($mail->date), 'To' => Markup::escape($mail->to),
            'Subject' => Markup::escape($mail->subject),
            'Attachments' => Markup::escape($mail->attachments),
        ]);
        Layout::show('Message', $head . Markup::panel('Body', '<div id="emailBody">' . $mail->message . '</div>'));
    }

    private function showTemplates(): void
    {
        if (Http::isPost() && Http::field('name') !== '') {
            Capsule::table('tblemailtemplates')->insert([
                'type' => Http::field('type'), 'name' => Http::field('name'), 'subject' => 'Subject',
                'message' => '<p>Text</p>',
                'custom' => 1, 'language' => '',
            ]);
        }
        $rows = [];
        foreach (Capsule::table('tblemailtemplates')->orderBy('type')->orderBy('name')->get()->all() as $template) {
            $rows[] = [
                Markup::link('systememailtpl.php?id=' . $template->id, $template->name), $template->type,
                (string) $template->subject,
                $template->disabled ? 'Disabled' : 'Active',
            ];
        }
        $types = ['product' => 'Product/Service', 'general' => 'General', 'admin' => 'Admin'];
        $form = '<form method="post" action="systememailtpl.php">' . Markup::fields([
            'Unique Name' => Markup::input('name', ''), 'Type' => Markup::select('type', $types, 'product'),
        ]) . '<button class="btn btn-default">Create New Email Template</button></form>';
        Layout::show(
            'Email Templates',
            Markup::panel('Templates', Markup::table(['Name', 'Type', 'Subject', 'Status'], $rows) . $form)
        );
    }

    private function editTemplate(object $template): void
    {
        $alert = '';
        if (Http::isPost()) {
            $change = [
                'subject' => Http::field('subject'), 'message' => Http::field('message'),
                'disabled' => Http::field('disabled') !== '' ? 1 : 0,
            ];
            Capsule::table('tblemailtemplates')->where('id', $template->id)->update($change);
            $template = Capsule::table('tblemailtemplates')->where('id', $template->id)->first();
            $alert = Markup::alert('success', 'Changes Saved Successfully!');
        }
        $fields = [];
        foreach (Hooks::run('EmailTplMergeFields', ['type' => $template->type]) as $answer) {
            $fields = array_merge($fields, is_array($answer) ? $answer : []);
        }
        $list = '';
        foreach ($fields as $name => $label) {
            $list .= '<li><code>{$' . Markup::escape($name) . '}</code> ' . Markup::escape($label) . '</li>';
        }
        $html = $alert . '<form method="post" action="systememailtpl.php?id=' . $template->id . '">'
            . Markup::panel($template->name, Markup::fields([
            'Subject' => Markup::input('subject', (string) $template->subject),
            'Message' => '<textarea class="form-control" rows="12" name="message">'
                . Markup::escape($template->message) . '</textarea>',
            'Disable' => Markup::checkbox('disabled', (bool) $template->disabled, 'Do not send'),
        ])) . '<button class="btn btn-primary">Save Changes</button></form>';
        Layout::show(
            'Edit Email Template',
            $html . ($list === '' ? '' : Markup::panel('Merge Fields of Modules', '<ul>' . $list . '</ul>'))
        );
    }
}
