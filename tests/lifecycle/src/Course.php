<?php

declare(strict_types=1);

namespace Lifecycle;

use Demo\Problem;

/** The operations in their order. */
final class Course
{
    /** @var Life */
    private $life;

    public function __construct(Life $life)
    {
        $this->life = $life;
    }

    public function run(): void
    {
        $this->power();
        $this->snapshots();
        $this->package();
        $this->backups();
        $this->suspension();
        $this->names();
        $this->life->end();
    }

    private function power(): void
    {
        $this->click('stop', ['power' => 'stopped'], ['qmstop'], ['op' => 'stop']);
        $this->click('start', ['power' => 'running'], ['qmstart'], ['op' => 'start']);
        $this->life->step('reboot', ['power' => 'running'], ['qmreboot'], function (): ?array {
            $this->life->client(['op' => 'reboot']);
            $this->life->settle();
            // A guest that does not listen runs on as before, and Proxmox says so.
            return $this->isDeaf('qmreboot') ? [] : null;
        });
        $this->life->step('shutdown', ['power' => 'stopped'], ['qmshutdown'], function (): ?array {
            $this->life->client(['op' => 'shutdown']);
            $this->life->settle();
            if (!$this->isDeaf('qmshutdown')) {
                return null;
            }
            $this->life->client(['op' => 'stop']);
            return ['qmstop'];
        });
        $this->click('start again', ['power' => 'running'], ['qmstart'], ['op' => 'start']);
    }

    private function snapshots(): void
    {
        $this->click('snapshot', ['snapshots' => 'Before the update'], ['qmsnapshot'], [
            'op' => 'snapshot_create', 'description' => 'Before the update',
        ]);
        $this->click('second snapshot', ['snapshots' => 'Before the update | żółw'], ['qmsnapshot'], [
            'op' => 'snapshot_create', 'description' => 'żółw',
        ]);
        $this->life->step('rollback', ['power' => 'running'], ['qmrollback'], function (): void {
            $this->life->client(['op' => 'snapshot_rollback', 'name' => $this->snapshot('Before the update')]);
        });
        $first = ['snapshots' => 'Before the update'];
        $this->life->step('remove snapshot', $first, ['qmdelsnapshot'], function (): void {
            $this->life->client(['op' => 'snapshot_remove', 'name' => $this->snapshot('żółw')]);
        });
    }

    private function package(): void
    {
        $large = $this->life->wares()->options()['System Disk'];
        $size = explode('|', explode(',', $large)[1])[0];
        $this->upgrade('package up', [
            'CPU Cores' => '2', 'RAM' => '1', 'System Disk' => $size, 'Network Bandwidth' => '25',
            'System Disk Read Bandwidth' => '200',
        ], [
            'cores' => '2', 'memory' => '1024', 'system_gib' => $size, 'net_rate' => '25', 'system_mbps_rd' => '200',
        ]);
        $this->upgrade('add disk', ['Additional Disk' => '1', 'Additional Disk Write IOPS' => '500'], [
            'additional_storage' => $this->life->wanted()->field('system_storage'), 'additional_gib' => '1',
            'additional_iops_wr' => '500',
        ]);
        $this->upgrade('grow disk', ['Additional Disk' => '2'], ['additional_gib' => '2']);
        // A snapshot would keep the disk's volume alive, so they all go with it.
        $this->upgrade('remove disk', ['Additional Disk' => '0'], [
            'additional_storage' => '', 'additional_gib' => '0', 'additional_iops_wr' => '0', 'snapshots' => '',
        ]);
    }

    private function backups(): void
    {
        if ($this->life->wares()->backupStorage() === '') {
            $this->life->ledger()->skip('backup', 'no storage of the node takes backups');
            return;
        }
        $this->click('backup', ['backups' => 'Before the change'], ['vzdump'], [
            'op' => 'backup_now', 'note' => 'Before the change',
        ]);
        $this->upgrade('package again', ['CPU Cores' => '1', 'RAM' => '0.75'], ['cores' => '1', 'memory' => '768']);
        $mails = $this->life->wanted()->field('mails') . ' | Backup restored';
        $this->life->step('restore', ['power' => 'running', 'mails' => $mails], ['qmrestore'], function (): void {
            $this->life->client(['op' => 'backup_restore', 'backup' => $this->backup('Before the change')]);
        });
        $both = ['backups' => 'Before the change | Kept to the end'];
        $this->click('second backup', $both, ['vzdump'], ['op' => 'backup_now', 'note' => 'Kept to the end']);
        $this->life->step('remove backup', ['backups' => 'Kept to the end'], [], function (): void {
            $this->life->client(['op' => 'backup_remove', 'backup' => $this->backup('Before the change')]);
        });
    }

    private function suspension(): void
    {
        $status = $this->life->around('Suspended')['whmcs'];
        $off = ['power' => 'stopped', 'onboot' => '0', 'whmcs' => $status];
        $this->life->step('suspend', $off, [], function (): void {
            $this->life->must($this->life->hand()->command($this->life->service(), 'Suspend'));
        });
        $this->life->step('start is refused', ['power' => 'stopped'], [], function (): void {
            foreach (['client', 'staff'] as $who) {
                $answer = $this->life->hand()->$who($this->life->service(), ['op' => 'start']);
                if (($answer['ok'] ?? false) === true) {
                    throw new Problem("A suspended VM was started by the $who.");
                }
            }
        });
        $status = $this->life->around('Active')['whmcs'];
        $on = ['power' => 'running', 'onboot' => '1', 'whmcs' => $status];
        $this->life->step('unsuspend', $on, ['qmstart'], function (): void {
            $this->life->must($this->life->hand()->command($this->life->service(), 'Unsuspend'));
        });
    }

    private function names(): void
    {
        $names = implode(', ', $this->life->names()->wanted('1-' . $this->life->service()));
        $this->life->step('DNS resync', ['names' => $names], [], function (): void {
            $this->life->names()->spoil();
            $this->life->staff(['op' => 'reset', 'state' => 'set_dns_records']);
        });
    }

    /**
     * A button on the client's page.
     *
     * @param array<string, string> $changes
     * @param string[] $tasks
     * @param array<string, string> $fields
     */
    private function click(string $name, array $changes, array $tasks, array $fields): void
    {
        $this->life->step($name, $changes, $tasks, function () use ($fields): void {
            $this->life->client($fields);
        });
    }

    /**
     * Other configurable options.
     *
     * @param array<string, string> $options
     * @param array<string, string> $changes
     */
    private function upgrade(string $name, array $options, array $changes): void
    {
        $this->life->step($name, $changes, ['qmstart'], function () use ($options): void {
            $this->life->must($this->life->hand()->upgrade($this->life->service(), $options));
        });
    }

    private function snapshot(string $description): string
    {
        foreach ($this->life->client(['op' => 'snapshots'])['data']['snapshots'] as $snapshot) {
            if ($snapshot['description'] === $description) {
                return (string) $snapshot['name'];
            }
        }
        throw new Problem("The page shows no snapshot \"$description\".");
    }

    private function backup(string $note): string
    {
        foreach ($this->life->client(['op' => 'backups'])['data']['backups'] as $backup) {
            if ($backup['note'] === $note) {
                return (string) $backup['id'];
            }
        }
        throw new Problem("The page shows no backup \"$note\".");
    }

    /** Whether the guest did not answer a request to power down. */
    private function isDeaf(string $type): bool
    {
        return strpos($this->life->lastEnd($type), 'timeout') !== false;
    }
}
