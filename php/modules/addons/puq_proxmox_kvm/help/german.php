<?php

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

return [
    'heads' => [
        'name' => 'Name', 'legacy' => 'Älterer Name beginnt mit', 'values' => 'Werte', 'example' => 'Eine Auswahl, wie eingetragen',
        'fields' => 'Felder darin', 'path' => 'Auf', 'why' => 'Wofür', 'to' => ':low bis :high',
    ],
    'sections' => [
        'start' => ['Erste Schritte', [
            ['steps' => [
                'Legen Sie in Proxmox einen Benutzer, ein Token und eine Rolle mit den unten genannten Rechten an. Der Befehl gibt sie Benutzer und Token: Ein Token darf nie, was sein Benutzer nicht darf.',
                'Legen Sie in WHMCS einen Server vom Typ PUQ Proxmox KVM an: die Adresse eines Knotens, das Token als Benutzername (`whmcs@pve!whmcs`), sein Geheimnis als Passwort. Drücken Sie Verbindung testen. Ist das Zertifikat nicht vertrauenswürdig, nennt der Test den Fingerabdruck: Tragen Sie `fingerprint = AB:CD:…` in Access Hash ein.',
                'Nehmen Sie den Server in eine Servergruppe auf.',
                'Legen Sie unter IP-Pools einen Pool an: Adressen auf einer Bridge und einem VLAN dieses Servers.',
                'Bereiten Sie ein Template vor, wie der nächste Abschnitt es beschreibt.',
                'Legen Sie ein Produkt mit der Servergruppe an. Wählen Sie das Modul und speichern Sie einmal; danach steht unter den Zeilen des Moduls das Feld mit allen Einstellungen.',
                'Lassen Sie den Cron laufen und die Diagnose alles ansehen.',
            ]],
            ['generated' => 'grant'],
            ['generated' => 'privileges'],
        ]],
        'template' => ['Ein Template vorbereiten', [
            'Jede VM ist ein Klon eines Templates. Ein Template braucht eine Platte, von der es startet, ein Cloud-Init-Laufwerk und den Gastagenten, damit Herunterfahren schnell geht und Adressen zu sehen sind. Für Debian, auf einem Knoten:',
            ['code' => "wget https://cloud.debian.org/images/cloud/bookworm/latest/debian-12-genericcloud-amd64.qcow2\n"
                . "qm create 9001 --name debian-12 --memory 2048 --net0 virtio,bridge=vmbr0 --agent enabled=1\n"
                . "qm set 9001 --scsihw virtio-scsi-single --scsi0 local-lvm:0,import-from=\$PWD/debian-12-genericcloud-amd64.qcow2\n"
                . "qm set 9001 --ide2 local-lvm:cloudinit --boot order=scsi0 --ciuser admin --ipconfig0 ip=dhcp\n"
                . 'qm start 9001'],
            'Melden Sie sich an der Konsole an, installieren Sie den Agenten, und entfernen Sie, was nicht in jeder VM gleich sein darf:',
            ['code' => "apt-get update && apt-get install -y qemu-guest-agent\n"
                . "cloud-init clean --logs && truncate -s 0 /etc/machine-id && rm -f /etc/ssh/ssh_host_*\n"
                . 'poweroff'],
            ['code' => 'qm template 9001'],
            ['points' => [
                'Verlinkte Klone brauchen einen Speicher, der sie anlegen kann: lvmthin, zfspool, rbd, btrfs oder Dateien auf dir, nfs und cifs. lvm und iscsi können es nicht.',
                'Ein Template auf lokalem Speicher bindet verlinkte Klone an seinen Knoten. Legen Sie es auf gemeinsamen Speicher, oder verkaufen Sie vollständige Klone.',
                'Halten Sie die Platte des Templates klein: Die Platte einer VM kann nur wachsen.',
                'Speicher und Bridges, die ein Produkt nennt, müssen auf jedem Knoten gleich heißen, auf dem seine VMs laufen dürfen.',
                'Für Windows installieren Sie die VirtIO-Treiber und Cloudbase-Init, das die ConfigDrive lesen soll; schalten Sie den Gastagenten ein.',
            ]],
        ]],
        'options' => ['Konfigurierbare Optionen', [
            'Optionen werden an ihrem genauen Namen erkannt, auch an der Großschreibung. Nehmen Sie den Typ Dropdown. Jede Auswahl ist ein Wert, ein senkrechter Strich und was Kunden lesen, etwa `4|4 Kerne`. Was eine Option sagt, geht vor dem, was das Produkt sagt, auch 0.',
            ['generated' => 'options'],
            ['points' => [
                'Der Wert von Operating System ist die VM-ID eines Templates.',
                '0 Backups oder Snapshots heißt, dass die VM keine hat; 0 bei Bandbreite und IOPS heißt unbegrenzt.',
                'Eine Platte wächst nur. Eine kleinere Auswahl wird auf der Upgrade-Seite abgelehnt; die anderen Änderungen derselben Bestellung werden ausgeführt.',
                'Additional Disk 0 löscht die Platte mit ihren Daten und die Snapshots der VM. Wer das nicht will, bietet die Auswahl 0 nicht an.',
                'Größen dürfen auch `1 TB` oder `512 MB` heißen. Optionen der älteren Form, etwa `CPU|Prozessoren`, werden verstanden; sind beide zugewiesen, zählt der schlichte Name.',
            ]],
        ]],
        'mails' => ['E-Mails', [
            'Die Aktivierung legt diese Vorlagen an, wo keine dieses Namens ist. Texte und Sprachen ändern Sie in WHMCS unter E-Mail-Vorlagen; welche ein Produkt verschickt, wählen Sie in seinem Feld.',
            ['generated' => 'mails'],
            'Neben den Feldern von WHMCS kennen die Mails, die dieses Modul verschickt:',
            ['generated' => 'mail_fields'],
        ]],
        'keys' => ['SSH-Schlüssel', [
            'Geben Sie dem Produkt ein eigenes Feld vom Typ Textbereich, sichtbar im Bestellformular. Es wird am Namen erkannt; Großschreibung, Leerzeichen und Zeichen zählen nicht. Ein öffentlicher Schlüssel je Zeile; ist eine Zeile keiner, wartet die Bestellung mit einem Satz, der sie nennt.',
            ['generated' => 'keys'],
        ]],
        'cron' => ['Cron', [
            'Der Cron tut alle Arbeit. Er läuft mit dem Cron von WHMCS, oder besser jede Minute mit einer eigenen Zeile; das wählen Sie unter Cron.',
            ['generated' => 'cron'],
            ['points' => [
                '`php cron.php --help` sagt, was er sonst kann; `--list` zeigt die Aufgaben und warum jede VM wartet.',
                'Ende eines Laufs: 0 erledigt, 1 eine Aufgabe hatte Fehler, 64 falsche Argumente, 69 Erweiterung oder WHMCS fehlt, 70 der Lauf brach ab, 75 ein anderer Lauf hält die Sperre, 78 die Uhren gehen zu weit auseinander.',
                'Für die Überwachung: `php cron.php --doctor` sieht alles an und ändert nichts. Der Rückgabewert ist, was Nagios erwartet: 0 gut, 1 Warnungen, 2 Fehler. Die erste Zeile fasst es zusammen. Mit `--json` dasselbe für Programme.',
                'Mehrere Maschinen dürfen den Cron zugleich ausführen: An jeder VM arbeitet eine davon.',
            ]],
        ]],
        'buttons' => ['Knöpfe auf der Seite eines Dienstes', [
            ['points' => [
                'Mit `*` davor: auch während die VM läuft. Mit `**`: nur wenn sie steht. Mit `->` dahinter: Der Schritt fährt mit den folgenden fort.',
                'Redeploy, VMRemove und Zurücksetzen auf terminate oder remove zerstören die VM oder geben sie auf. Sie fragen nach ihrem Namen.',
                'Neue VM-ID setzen übernimmt eine VM, die schon auf dem Cluster steht. Ihre Einstellungen werden dann auf das Verkaufte gebracht.',
            ]],
        ]],
        'upgrade' => ['Aktualisierung', [
            ['steps' => [
                'Sichern Sie die Tabellen (siehe Sicherung).',
                'Installieren Sie die neuen Dateien und die Erweiterung: `make install WHMCS=/pfad/zu/whmcs PHP=php8.2`, und laden Sie PHP neu.',
                'Der nächste Lauf des Crons bringt die Tabellen auf den Stand. Nichts wird gelöscht, und VMs laufen währenddessen weiter.',
                'Lassen Sie die Diagnose nachsehen.',
            ]],
        ]],
        'backup' => ['Sicherung der Tabellen', [
            'Ein Abzug der Datenbank von WHMCS enthält alles. Die eigenen Tabellen des Moduls:',
            ['generated' => 'tables'],
            ['points' => [
                'Die Geheimnisse der DNS-Zonen verschlüsselt WHMCS: Heben Sie auch `configuration.php` mit dem Schlüssel darin auf.',
                'Nach dem Einspielen einer alten Sicherung nennt die Übersicht VMs, die auf dem Cluster stehen und nicht verzeichnet sind, und was mit jeder getan werden kann. Keine VM entsteht doppelt: Jede trägt das Zeichen ihres Dienstes.',
            ]],
        ]],
        'uninstall' => ['Deinstallation', [
            ['steps' => [
                'Beenden Sie die Dienste, oder lassen Sie sie stehen: Ohne das Modul laufen ihre VMs unberührt weiter.',
                'Wählen Sie unter Einstellungen, ob die Tabellen beim Deaktivieren gelöscht werden; üblicherweise bleiben sie.',
                'Deaktivieren Sie das Addon, und nehmen Sie die Zeile aus der Crontab.',
                'Löschen Sie `modules/addons/puq_proxmox_kvm` und `modules/servers/puqProxmoxKVM` und in der Konfiguration von PHP die Zeile `extension=puq_proxmox_kvm`.',
                'Entfernen Sie in Proxmox Token, Benutzer und Rolle. Die Zeile `puq-owner=…` in den Notizen der VMs darf bleiben.',
            ]],
        ]],
        'questions' => ['Fragen und Antworten', [
            ['questions' => [
                ['Eine Bestellung wartet. Warum?', 'Die VM-Verwaltung sagt es in der Zeile der VM, mit dem, was zu tun ist; ebenso `php cron.php --list`. Jetzt wieder nachsehen beendet das Warten sofort.'],
                ['Die VM hat keine Adresse.', 'Ist im Produkt DHCP eingeschaltet, wird keine Adresse eines Pools benutzt. Schalten Sie es aus, und geben Sie an, wie viele Adressen verkauft werden.'],
                ['Auf welchen Knoten kommt eine VM?', 'Die Servergruppe nennt den Cluster, der Zielknoten des Produkts den Knoten darin. Automatisch heißt: von den Knoten, die online sind und alle Speicher und die Bridge haben, der mit dem meisten Platz.'],
                ['Wer hatte diese Adresse letzten Monat?', 'IP-Pools, Wer hat welche Adresse, mit den zurückgegebenen. Wie lange das aufbewahrt wird, ist eine Einstellung.'],
                ['Eine VM wurde in Proxmox von Hand gelöscht.', 'Die Übersicht sagt es; Redeploy legt dort eine neue an, mit denselben Adressen.'],
                ['Das Zertifikat ist nicht vertrauenswürdig.', 'Verbindung testen nennt seinen Fingerabdruck. Tragen Sie ihn in Access Hash des Servereintrags ein: `fingerprint = …`. Einen Schalter, der die Prüfung abstellt, gibt es nicht.'],
                ['Rückwärtsnamen der Kunden kommen nirgends an.', 'Das Formular eines Pools sagt, welche DNS-Zone seine Adressen brauchen. Ohne Zone kommen die Wünsche als Tickets, wo das Produkt es so sagt.'],
                ['Der Support fragt nach dem Modulprotokoll.', 'Schalten Sie es in WHMCS unter Systemprotokolle, Modulprotokoll ein. Geheimnisse sind darin verdeckt.'],
            ]],
        ]],
    ],
];
