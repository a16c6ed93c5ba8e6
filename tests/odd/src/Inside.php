<?php

declare(strict_types=1);

namespace Odd;

use WHMCS\Database\Capsule;

/** Goes through the doors again and again, each time with the next odd value, and looks what it did. */
final class Inside
{
    /** So many complaints are printed. */
    private const SHOWN = 40;

    /** A door behind which Proxmox is asked is passed in every so-manieth round only. */
    private const SLOW = 4;

    /** @var array<string, mixed> */
    private array $order;
    private World $world;
    private Answers $answers;

    /** @var array<string, string> */
    private array $before;

    /** @var string[] */
    private array $faults = [];

    /** @var array<string, int> complaint => how often */
    private array $complaints = [];
    private int $refused = 0;
    private int $taken = 0;

    /**
     * @param array<string, mixed> $request seed, count, root, journal, secrets
     * @return array{wrong: int} in how many ways something was wrong; what, was printed
     */
    public function answer(string $verb, array $request): array
    {
        ini_set('memory_limit', '512M');
        $this->order = $request;
        $_SESSION = ['adminid' => 1, 'uid' => 1];
        set_error_handler(function (int $level, string $text, string $file, int $line): bool {
            if ((error_reporting() & $level) !== 0) {
                $this->faults[] = "$text in " . basename($file) . ":$line";
            }
            return true;
        });
        $this->world = new World((string) $this->order['journal']);
        $this->answers = new Answers((array) $this->order['secrets']);
        $this->before = $this->world->contents();
        $forms = new Forms((string) $this->order['root']);
        $inputs = new Inputs((string) $this->order['root']);
        $doors = array_merge((new Requests($inputs))->doors(), $forms->doors(), CronDoors::doors());
        $reached = [];
        $strings = new Strings((int) $this->order['seed']);
        $sent = 0;
        for ($round = 0; $sent < (int) $this->order['count']; $round++) {
            foreach ($doors as $door) {
                if (!$door->isSlow || $round % self::SLOW === 0) {
                    // First what would be right: a click on what is so already, or cannot be now, changes nothing.
                    $this->knock($door, $round === 0 ? $door->valid : $strings->value($door->valid));
                    $reached[$door->field] = true;
                    $sent++;
                }
            }
        }
        arsort($this->complaints);
        foreach (array_slice($this->complaints, 0, self::SHOWN, true) as $complaint => $times) {
            echo "  $times × $complaint\n";
        }
        $doorCount = count($doors);
        echo $this->complaints === [] ? 'ok' : 'not ok', " - $sent odd values at $doorCount doors, in one process:",
            " $this->refused refused, $this->taken taken\n";
        $all = $inputs->all();
        $missed = array_diff($all, array_keys($reached));
        echo $missed === [] ? 'ok' : 'not ok', ' - odd: ', count($all) - count($missed), ' of ', count($all), ' fields';
        echo $missed === [] ? '' : '; without: ' . implode(', ', $missed), "\n";
        return ['wrong' => count($this->complaints) + count($missed)];
    }

    /** @param mixed $value */
    private function knock(Door $door, $value): void
    {
        $connection = Capsule::connection();
        $connection->beginTransaction();
        $changes = $this->world->changes();
        $wrong = '';
        $isYes = $door->isPage;
        try {
            $answer = ($door->send)($value);
            $isYes = $isYes || $this->answers->isYes($answer);
            $wrong = $door->isPage ? '' : $this->answers->wrong($answer);
        } catch (\Throwable $error) {
            $wrong = get_class($error) . ': ' . Answers::shown($error->getMessage());
        }
        $isYes ? $this->taken++ : $this->refused++;
        $writes = $this->world->writes();
        if (!$isYes && $writes !== []) {
            $wrong = 'refused, but asked of Proxmox: ' . implode(', ', $writes);
        }
        if (!$isYes && $this->world->changes() !== $changes) {
            $changed = array_keys(array_diff_assoc($this->world->contents(), $this->before));
            $wrong = $changed === [] ? $wrong : 'refused, but changed: ' . implode(', ', $changed);
        }
        if ($connection->transactionLevel() !== 1) {
            $wrong = 'it leaves a transaction open, or closes one that is not its own';
        }
        while ($connection->transactionLevel() > 0) {
            $connection->rollBack();
        }
        foreach ($this->faults as $fault) {
            $wrong = $fault;
        }
        $this->faults = [];
        if ($wrong !== '') {
            $complaint = "$door->name: " . $wrong;
            if (!isset($this->complaints[$complaint])) {
                $this->complaints[$complaint . ' | sent ' . Answers::shown($value)] = 1;
            }
        }
    }
}
