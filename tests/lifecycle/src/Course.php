<?php

declare(strict_types=1);

namespace Lifecycle;

use Support\Problem;

/** The operations in their order. */
final class Course
{
    public function __construct(private Life $life, private Discs $discs)
    {
    }

    public function run(): void
    {
        $this->power();
        $this->snapshots();
        $this->package();
        $this->addresses();
        $this->backups();
        $this->passwords();
        $this->disc();
        $this->suspension();
        $this->names();
        $this->reinstall();
        $this->life->end();
    }

    private function power(): void
    {
        $this->click('stop', ['power' => 'stopped'], ['qmstop'], ['op' => 'stop']);
        $this->click('start', ['power' => 'running'], ['qmstart'], ['op' => 'start']);
        $this->life->step('reboot', ['power' => 'running'], ['qmreboot'], function (): ?array {
            $this->life->letBoot();
            $this->life->client(['op' => 'reboot']);
            $this->life->settle();
            $this->life->awaitRunning();
            // A guest that does not listen runs on as before, and Proxmox says so.
            return $this->isDeaf('qmreboot') ? [] : null;
        });
        $this->life->step('shutdown', ['power' => 'stopped'], ['qmshutdown'], function (): ?array {
            $this->life->letBoot();
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
        if (!$this->life->canSnapshot()) {
            $this->life->ledger->skip('snapshot', 'the storage of the disk has none; qcow2, LVM-thin, ZFS have');
            return;
        }
        $this->click('snapshot', ['snapshots' => 'Before the update'], ['qmsnapshot'], [
            'op' => 'snapshot_create', 'description' => 'Before the update',
        ]);
        $this->click('second snapshot', ['snapshots' => 'Before the update | żółw'], ['qmsnapshot'], [
            'op' => 'snapshot_create', 'description' => 'żółw',
        ]);
        // ZFS goes back to its newest snapshot only.
        $to = $this->life->wares->isOnZfs() ? 'żółw' : 'Before the update';
        $this->life->step('rollback', ['power' => 'running'], ['qmrollback'], function () use ($to): void {
            $this->life->client(['op' => 'snapshot_rollback', 'name' => $this->snapshot($to)]);
        });
        $first = ['snapshots' => 'Before the update'];
        $this->life->step('remove snapshot', $first, ['qmdelsnapshot'], function (): void {
            $this->life->client(['op' => 'snapshot_remove', 'name' => $this->snapshot('żółw')]);
        });
    }

    private function package(): void
    {
        $large = $this->life->wares->options()['System Disk'];
        $size = explode('|', explode(',', $large)[1])[0];
        $this->upgrade('package up', [
            'CPU Cores' => '2', 'RAM' => '1', 'System Disk' => $size, 'Network Bandwidth' => '25',
            'System Disk Read Bandwidth' => '200',
        ], [
            'cores' => '2', 'memory' => '1024', 'system_gib' => $size, 'net_rate' => '25', 'system_mbps_rd' => '200',
        ]);
        $this->upgrade('add disk', ['Additional Disk' => '1', 'Additional Disk Write IOPS' => '500'], [
            'additional_storage' => $this->life->wanted->field('system_storage'), 'additional_gib' => '1',
            'additional_iops_wr' => '500',
        ]);
        $this->upgrade('grow disk', ['Additional Disk' => '2'], ['additional_gib' => '2']);
        // A snapshot would keep the disk's volume alive, so they all go with it.
        $this->upgrade('remove disk', ['Additional Disk' => '0'], [
            'additional_storage' => '', 'additional_gib' => '0', 'additional_iops_wr' => '0', 'snapshots' => '',
        ]);
    }

    /** More addresses, none of the family any more, and the first again: each line says what the guest is told. */
    private function addresses(): void
    {
        $wares = $this->life->wares;
        $pool = $wares->pool();
        if ($pool === null) {
            $this->life->ledger->skip('addresses up', 'without PVE_POOL all addresses come by DHCP');
            return;
        }
        $option = Wares::addressOption($pool);
        $others = $wares->others();
        $rest = array_column($others, 'start');
        $all = array_merge([$pool], $others);
        $none = $pool->isV6() ? [] : ['whmcs' => 'Active'];
        // Which names stand for a second address, or for none, is what the step of the names looks at.
        $names = ['names' => Wanted::ANY];
        $this->upgrade('addresses up', [$option => '2'], $names + Wares::told($all) + [
            'fw_addresses' => Wares::filtered(array_merge([$pool->start, $pool->second()], $rest)),
        ]);
        $this->upgrade('addresses down', [$option => '0'], $names + $none + Wares::told($others) + [
            'fw_addresses' => Wares::filtered($rest),
        ]);
        $this->upgrade('first address again', [$option => '1'], $this->life->around('Active') + Wares::told($all) + [
            'fw_addresses' => Wares::filtered(array_merge([$pool->start], $rest)),
        ]);
    }

    private function backups(): void
    {
        if ($this->life->wares->backupStorage === '') {
            $this->life->ledger->skip('backup', 'no storage of the node takes backups');
            return;
        }
        $this->click('backup', ['backups' => 'Before the change'], ['vzdump'], [
            'op' => 'backup_now', 'note' => 'Before the change',
        ]);
        $this->upgrade('package again', ['CPU Cores' => '1', 'RAM' => '0.75'], ['cores' => '1', 'memory' => '768']);
        $this->newPassword('reset after the backup');
        // What the guest is told is today's, whatever the backup remembers.
        $told = array_intersect_key($this->life->wanted->all(), array_flip([
            'user', 'password', 'ip4', 'gateway4', 'ip6', 'gateway6', 'nameserver',
        ]));
        $changes = ['power' => 'running'] + $told + $this->mail('Backup restored');
        $this->life->step('restore', $changes, ['qmrestore'], function (): void {
            $this->life->client(['op' => 'backup_restore', 'backup' => $this->backup('Before the change')]);
        });
        $both = ['backups' => 'Before the change | Kept to the end'];
        $this->click('second backup', $both, ['vzdump'], ['op' => 'backup_now', 'note' => 'Kept to the end']);
        $this->life->step('remove backup', ['backups' => 'Kept to the end'], [], function (): void {
            $this->life->client(['op' => 'backup_remove', 'backup' => $this->backup('Before the change')]);
        });
    }

    private function passwords(): void
    {
        $this->newPassword('reset password');
        $this->click('stop for a password', ['power' => 'stopped'], ['qmstop'], ['op' => 'stop']);
        $changes = ['power' => 'running'] + $this->mail('Reset password');
        $this->life->step('change password', $changes, ['qmstart'], function (): void {
            $values = ['password' => 'Ändern-7 $x'];
            $this->life->must($this->life->hand->command($this->life->service, 'ChangePassword', $values));
            $this->life->settle();
            if ($this->life->password() !== $values['password']) {
                throw new Problem('WHMCS has another password than the one typed.');
            }
        });
    }

    private function newPassword(string $name): void
    {
        $changes = ['power' => 'running'] + $this->mail('Reset password');
        $this->life->step($name, $changes, ['qmstart'], function (): void {
            $before = $this->life->password();
            $this->life->client(['op' => 'reset_password', 'shutdown' => '1']);
            $this->life->settle();
            if ($this->life->password() === $before) {
                throw new Problem('WHMCS still has the old password.');
            }
        });
    }

    private function disc(): void
    {
        $why = $this->discs->provide($this->life->wanted->field('node'), $this->life->wares->isoStorage);
        if ($why !== '') {
            $this->life->ledger->skip('mount ISO', $why);
            return;
        }
        try {
            $image = (string) ($this->life->client(['op' => 'isos'])['data']['groups'][0]['images'][0]['id'] ?? '');
        } catch (Problem $problem) {
            $this->life->ledger->fail('mount ISO', 'the list of images', $problem->getMessage(), 0);
            return;
        }
        // A drive comes and goes with the VM's next start; a medium does at once.
        $mounted = ['iso' => $image, 'pending' => Wanted::ANY];
        $this->click('mount ISO', $mounted, [], ['op' => 'iso_mount', 'image' => $image]);
        $this->click('stop with ISO', ['power' => 'stopped', 'pending' => ''], ['qmstop'], ['op' => 'stop']);
        $this->click('start with ISO', ['power' => 'running'], ['qmstart'], ['op' => 'start']);
        $this->click('unmount ISO', ['iso' => '', 'pending' => Wanted::ANY], [], ['op' => 'iso_unmount']);
    }

    private function reinstall(): void
    {
        $changes = ['power' => 'running', 'snapshots' => '', 'pending' => ''] + $this->mail('VM is ready');
        $this->life->step('reinstall', $changes, ['qmstart'], function (): void {
            $before = $this->life->password();
            $this->life->client([
                'op' => 'reinstall', 'confirm' => 'REINSTALL', 'template' => (string) $this->life->wares->template(),
            ]);
            $this->life->settle();
            if ($this->life->password() === $before) {
                throw new Problem('The new installation has the old password.');
            }
        });
    }

    /** One more mail than so far. @return array<string, string> */
    private function mail(string $name): array
    {
        return ['mails' => $this->life->wanted->field('mails') . ' | ' . $name];
    }

    private function suspension(): void
    {
        $status = $this->life->around('Suspended')['whmcs'];
        $off = ['power' => 'stopped', 'onboot' => '0', 'whmcs' => $status, 'pending' => ''];
        $this->life->step('suspend', $off, [], function (): void {
            $this->life->must($this->life->hand->command($this->life->service, 'Suspend'));
        });
        $this->life->step('start is refused', ['power' => 'stopped'], [], function (): void {
            foreach (['client', 'staff'] as $who) {
                $answer = $this->life->hand->$who($this->life->service, ['op' => 'start']);
                if (($answer['ok'] ?? false) === true) {
                    throw new Problem("A suspended VM was started by the $who.");
                }
            }
        });
        $status = $this->life->around('Active')['whmcs'];
        $on = ['power' => 'running', 'onboot' => '1', 'whmcs' => $status];
        $this->life->step('unsuspend', $on, ['qmstart'], function (): void {
            $this->life->must($this->life->hand->command($this->life->service, 'Unsuspend'));
        });
    }

    private function names(): void
    {
        $names = implode(', ', $this->life->names->wanted('1-' . $this->life->service));
        $this->life->step('DNS resync', ['names' => $names], [], function (): void {
            $this->life->names->spoil();
            $this->life->staff(['op' => 'set_dns_records']);
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
            $this->life->must($this->life->hand->upgrade($this->life->service, $options));
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

    /**
     * Whether the guest did not answer a request to power down. Behind the words Proxmox says "got timeout" where the
     * power button was pressed, nothing where an agent that is not there was asked (PVE::QemuServer, _do_vm_stop).
     */
    private function isDeaf(string $type): bool
    {
        return strpos($this->life->lastEnd($type), 'VM quit/powerdown failed') === 0;
    }
}
