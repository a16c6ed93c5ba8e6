<?php

declare(strict_types=1);

namespace Standin\Cli;

use Standin\Crypto;
use Standin\Faults;
use Standin\Leaks;
use Standin\Metrics;
use Standin\ModuleQueue;
use Standin\Params;
use Standin\Runner;
use WHMCS\Database\Capsule;

/** Commands that show what the site holds. */
final class Inspection
{
    public function __construct(private Arguments $arguments)
    {
    }

    public function mail(): int
    {
        if ($this->arguments->word(1, 'list') === 'show') {
            $mail = Capsule::table('tblemails')->where('id', (int) $this->arguments->word(2))->first();
            if ($mail === null) {
                return 1;
            }
            if ($this->arguments->has('json')) {
                Output::json($mail);
            } else {
                echo 'To: ', $mail->to, "\nSubject: ", $mail->subject, "\nTemplate: ", $mail->template_name, "\n\n";
                echo $mail->message, "\n";
            }
            return 0;
        }
        $columns = ['id', 'date', 'to', 'subject', 'template_name', 'relid'];
        Output::rows(Capsule::table('tblemails')->orderBy('id')->get($columns)->all(), $this->arguments->has('json'));
        return 0;
    }

    public function log(): int
    {
        $tables = ['module' => 'tblmodulelog', 'activity' => 'tblactivitylog', 'queue' => 'tblmodulequeue'];
        $which = $this->arguments->word(1);
        if (!isset($tables[$which])) {
            throw new UsageError('log module, log activity or log queue.');
        }
        if ($this->arguments->has('retry')) {
            Output::json(ModuleQueue::retry());
            return 0;
        }
        if ($this->arguments->has('clear')) {
            Capsule::table($tables[$which])->delete();
            return 0;
        }
        Output::rows(Capsule::table($tables[$which])->orderBy('id')->get()->all(), $this->arguments->has('json'));
        return 0;
    }

    /** The row of tblhosting with the password in plain, and the parameters of module calls. */
    public function service(): int
    {
        $row = Capsule::table('tblhosting')->where('id', (int) $this->arguments->word(1))->first();
        if ($row === null) {
            fwrite(STDERR, "standin: no such service\n");
            return 1;
        }
        $row->password = Crypto::decrypt((string) $row->password);
        Output::json(['service' => $row, 'params' => $this->plainParams((int) $row->id)]);
        return 0;
    }

    public function params(): int
    {
        Output::json($this->plainParams((int) $this->arguments->word(1)));
        return 0;
    }

    public function metrics(): int
    {
        $serviceId = (int) $this->arguments->word(1);
        $module = Runner::moduleOf($serviceId);
        $serverId = (int) Capsule::table('tblhosting')->where('id', $serviceId)->value('server');
        Output::json(is_string($module) ? [] : Metrics::ofService($module, $serviceId, $serverId));
        return 0;
    }

    /** A query; rows as JSON, or the number of changed rows. */
    public function sql(): int
    {
        $query = $this->arguments->word(1);
        if (preg_match('/^\s*(select|pragma|show|with)\b/i', $query) === 1) {
            Output::json(Capsule::connection()->select($query));
        } else {
            echo Capsule::connection()->affectingStatement($query), "\n";
        }
        return 0;
    }

    public function leaks(): int
    {
        $found = Leaks::find($this->arguments->wordsFrom(1));
        Output::rows($found, $this->arguments->has('json'));
        return $found === [] ? 0 : 1;
    }

    public function faults(): int
    {
        $faults = Faults::all();
        Output::rows($faults, $this->arguments->has('json'));
        if ($this->arguments->has('clear')) {
            Faults::clear();
            return 0;
        }
        return $faults === [] ? 0 : 1;
    }

    /** @return array<string, mixed> the parameters without the model object */
    private function plainParams(int $serviceId): array
    {
        $params = Params::ofService($serviceId);
        $params['model'] = get_class($params['model']);
        return $params;
    }
}
