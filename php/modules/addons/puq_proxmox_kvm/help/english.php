<?php

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

// The manual: sections with paragraphs, lists ("steps", "points"), commands ("code"), questions, and lists of the extension
// ("generated"). Words between ` are set as code.
return [
    'heads' => [
        'name' => 'Name', 'legacy' => 'Older name begins with', 'values' => 'Values', 'example' => 'A choice, as entered',
        'fields' => 'Merge fields in it', 'path' => 'On', 'why' => 'What it is for', 'to' => ':low to :high',
    ],
    'sections' => [
        'start' => ['First steps', [
            ['steps' => [
                'On Proxmox make a user, a token and a role with the privileges below. The command grants them to user and token: a token may never do what its user may not.',
                'In WHMCS add a server of the type PUQ Proxmox KVM: the address of a node, the token as user name (`whmcs@pve!whmcs`), its secret as password. Press Test Connection. Where the certificate is not trusted it names the fingerprint: write `fingerprint = AB:CD:…` into Access Hash.',
                'Put the server into a server group.',
                'Add a pool under IP pools: addresses on a bridge and a VLAN of this server.',
                'Prepare a template, as the next section tells.',
                'Create a product with the server group. Choose the module and save once; then the panel with all settings stands below the module\'s own rows.',
                'Have the cron run, and let the Doctor look at all of it.',
            ]],
            ['generated' => 'grant'],
            ['generated' => 'privileges'],
        ]],
        'template' => ['Preparing a template', [
            'Every VM is a clone of a template. A template needs a disk it boots from, a cloud-init drive and, so that a shutdown is quick and addresses are seen, the guest agent. For Debian, on a node:',
            ['code' => "wget https://cloud.debian.org/images/cloud/bookworm/latest/debian-12-genericcloud-amd64.qcow2\n"
                . "qm create 9001 --name debian-12 --memory 2048 --net0 virtio,bridge=vmbr0 --agent enabled=1\n"
                . "qm set 9001 --scsihw virtio-scsi-single --scsi0 local-lvm:0,import-from=\$PWD/debian-12-genericcloud-amd64.qcow2\n"
                . "qm set 9001 --ide2 local-lvm:cloudinit --boot order=scsi0 --ciuser admin --ipconfig0 ip=dhcp\n"
                . 'qm start 9001'],
            'Sign in on its console, install the agent, and take out what must not be the same in every VM:',
            ['code' => "apt-get update && apt-get install -y qemu-guest-agent\n"
                . "cloud-init clean --logs && truncate -s 0 /etc/machine-id && rm -f /etc/ssh/ssh_host_*\n"
                . 'poweroff'],
            ['code' => 'qm template 9001'],
            ['points' => [
                'Linked clones need a storage that can make them: lvmthin, zfspool, rbd, btrfs, or files on dir, nfs and cifs. lvm and iscsi cannot.',
                'A template on local storage ties linked clones to its node. Put it on shared storage, or sell full clones.',
                'Keep the template\'s disk small: a VM\'s disk can only grow.',
                'Storages and bridges that a product names must have the same name on every node that its VMs may run on.',
                'For Windows install the VirtIO drivers and Cloudbase-Init, and let it read the ConfigDrive; switch the guest agent on.',
            ]],
        ]],
        'options' => ['Configurable options', [
            'Options are matched by their exact name, capital letters included. Use the type Dropdown. Each choice is a value, a pipe and what clients read, such as `4|4 cores`. What an option says goes before what the product says, also 0.',
            ['generated' => 'options'],
            ['points' => [
                'The value of Operating System is the VM ID of a template.',
                '0 backups or snapshots means that the VM has none; 0 for bandwidth and IOPS means unlimited.',
                'A disk only grows. A smaller choice is refused on the upgrade page; the other changes of the same order are made.',
                'Additional Disk 0 deletes the disk with its data and the VM\'s snapshots. Who does not want that offers no choice 0.',
                'Sizes may also be written as `1 TB` or `512 MB`. Options of the older form, such as `CPU|Processors`, are understood; where both are assigned the plain name counts.',
            ]],
        ]],
        'mails' => ['Mails', [
            'Activation makes these templates where there are none of the name. Texts and languages are edited in WHMCS under Email Templates; which one a product sends is chosen in its panel.',
            ['generated' => 'mails'],
            'Beside WHMCS\'s own fields the mails that this module sends know:',
            ['generated' => 'mail_fields'],
        ]],
        'keys' => ['SSH keys', [
            'Add a custom field to the product, of the type Text Area, shown on the order form. It is known by its name; capital letters, blanks and signs do not count. One public key a line; a line that is no key makes the order wait with a sentence that says which.',
            ['generated' => 'keys'],
        ]],
        'cron' => ['Cron', [
            'The cron does all the work. It runs with WHMCS\'s own cron, or better every minute by a line of its own; choose that under Cron.',
            ['generated' => 'cron'],
            ['points' => [
                '`php cron.php --help` tells what else it can do; `--list` shows the tasks and why each VM waits.',
                'Exit status of a run: 0 done, 1 a task had errors, 64 wrong arguments, 69 the extension or WHMCS is missing, 70 the run broke off, 75 another run holds the lock, 78 the clocks differ too much.',
                'For monitoring: `php cron.php --doctor` looks at everything and changes nothing. Its exit status is what Nagios expects: 0 well, 1 warnings, 2 errors. Its first line sums it up. With `--json` the same for programs.',
                'Several machines may run the cron at the same time: each VM is worked on by one of them.',
            ]],
        ]],
        'buttons' => ['Buttons on the page of a service', [
            ['points' => [
                'With `*` in front: may run while the VM runs. With `**`: only while it is stopped. With `->` behind: the step goes on with those after it.',
                'Redeploy, VMRemove and Reset to terminate or remove destroy or give up the VM. They ask for its name.',
                'Set new VM ID takes over a VM that stands on the cluster already. Its settings are then brought to what is sold.',
            ]],
        ]],
        'upgrade' => ['Upgrade', [
            ['steps' => [
                'Make a copy of the tables (see Backup).',
                'Install the new files and the extension: `make install WHMCS=/path/to/whmcs PHP=php8.2`, and reload PHP.',
                'The next run of the cron brings the tables up to date. Nothing is deleted, and VMs run on meanwhile.',
                'Let the Doctor look.',
            ]],
        ]],
        'backup' => ['Backup of the tables', [
            'A dump of WHMCS\'s database has everything. The module\'s own tables:',
            ['generated' => 'tables'],
            ['points' => [
                'The secrets of DNS zones are encrypted by WHMCS: keep `configuration.php` with its encryption hash, too.',
                'After an old copy was restored, the dashboard names VMs that stand on the cluster and are not on record, with what can be done about each. No VM is made twice: each carries the mark of its service.',
            ]],
        ]],
        'uninstall' => ['Uninstallation', [
            ['steps' => [
                'Terminate the services, or leave them: without the module their VMs run on untouched.',
                'Choose under Settings whether the tables are deleted on deactivation; usually they are kept.',
                'Deactivate the addon, take the line out of the crontab.',
                'Delete `modules/addons/puq_proxmox_kvm` and `modules/servers/puqProxmoxKVM`, and the line `extension=puq_proxmox_kvm` in PHP\'s configuration.',
                'On Proxmox remove token, user and role. The line `puq-owner=…` in the notes of VMs may stay.',
            ]],
        ]],
        'questions' => ['Questions and answers', [
            ['questions' => [
                ['An order waits. Why?', 'VM Management says it in the VM\'s row, with what to do; so does `php cron.php --list`. Look again now ends the waiting at once.'],
                ['The VM has no address.', 'With DHCP switched on in the product no address of a pool is used. Switch it off and say how many addresses are sold.'],
                ['Which node does a VM go to?', 'The server group names the cluster, the target node of the product the node in it. Automatically means: of the nodes that are online and have all storages and the bridge, the one with the most room.'],
                ['Who had this address last month?', 'IP pools, Who has which address, with those given back. For how long that is kept is a setting.'],
                ['A VM was deleted by hand in Proxmox.', 'The dashboard says so; there Redeploy makes a new one, with the same addresses.'],
                ['The certificate is not trusted.', 'Test Connection names its fingerprint. Write it into Access Hash of the server entry: `fingerprint = …`. There is no switch that turns the check off.'],
                ['Reverse names of clients go nowhere.', 'The form of a pool says which DNS zone its addresses need. Without a zone their wishes come as tickets, where the product says so.'],
                ['Support asks for the module log.', 'Switch it on in WHMCS under System Logs, Module Log. Secrets are masked in it.'],
            ]],
        ]],
    ],
];
