CREATE TABLE tblconfiguration (setting TEXT, value TEXT);
INSERT INTO tblconfiguration VALUES ('Version', '8.13.1-release.1'), ('SystemURL', 'https://billing.example.com/');
CREATE TABLE tblservergroups (id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO tblservergroups VALUES (1, 'kvm'), (2, 'empty'), (3, 'broken');
CREATE TABLE tblservergroupsrel (groupid INTEGER, serverid INTEGER);
INSERT INTO tblservergroupsrel VALUES (1, 1), (3, 99);
CREATE TABLE tblservers (id INTEGER PRIMARY KEY, name TEXT, ipaddress TEXT, assignedips TEXT, hostname TEXT, type TEXT,
    username TEXT, password TEXT, accesshash TEXT, secure TEXT, port TEXT, active INTEGER DEFAULT 1,
    disabled INTEGER DEFAULT 0);
INSERT INTO tblservers (id, name, ipaddress, assignedips, hostname, type, username, password, accesshash, secure,
    port) VALUES (1, 'lab', '192.0.2.10', 'vmbr0|0|192.0.2.20|24|192.0.2.1|9.9.9.9', 'pve.example.com',
    'puqProxmoxKVM', 'root@pam!whmcs', 'sealed:c2VjcmV0LXRva2Vu', '', 'on', '8006');
INSERT INTO tblservers (id, name, type) VALUES (2, 'other', 'cpanel');
CREATE TABLE tblproducts (id INTEGER PRIMARY KEY, name TEXT, type TEXT, servertype TEXT, welcomeemail INTEGER,
    servergroup INTEGER DEFAULT 0,
    configoption1 TEXT DEFAULT '', configoption2 TEXT DEFAULT '', configoption3 TEXT DEFAULT '',
    configoption4 TEXT DEFAULT '', configoption5 TEXT DEFAULT '', configoption6 TEXT DEFAULT '',
    configoption7 TEXT DEFAULT '', configoption8 TEXT DEFAULT '', configoption9 TEXT DEFAULT '',
    configoption10 TEXT DEFAULT '', configoption11 TEXT DEFAULT '', configoption12 TEXT DEFAULT '',
    configoption13 TEXT DEFAULT '', configoption14 TEXT DEFAULT '', configoption15 TEXT DEFAULT '',
    configoption16 TEXT DEFAULT '', configoption17 TEXT DEFAULT '', configoption18 TEXT DEFAULT '',
    configoption19 TEXT DEFAULT '', configoption20 TEXT DEFAULT '', configoption21 TEXT DEFAULT '',
    configoption22 TEXT DEFAULT '', configoption23 TEXT DEFAULT '', configoption24 TEXT DEFAULT '');
INSERT INTO tblproducts (id, name, type, servertype, welcomeemail, configoption4) VALUES
    (1, 'KVM 4', 'server', 'puqProxmoxKVM', 7, '9001'), (2, 'Web', 'hostingaccount', 'cpanel', 0, '');
CREATE TABLE tblclients (id INTEGER PRIMARY KEY, firstname TEXT, lastname TEXT, companyname TEXT, email TEXT,
    country TEXT, phonenumber TEXT, currency INTEGER, groupid INTEGER, status TEXT, language TEXT);
INSERT INTO tblclients VALUES (1, 'Ada', 'Lovelace', 'Engines', 'ada@example.com', 'GB', '', 1, 0, 'Active', '');
CREATE TABLE tblhosting (id INTEGER PRIMARY KEY, userid INTEGER, packageid INTEGER, server INTEGER, domain TEXT,
    username TEXT, password TEXT, domainstatus TEXT, dedicatedip TEXT, assignedips TEXT);
INSERT INTO tblhosting VALUES (10, 1, 1, 1, 'vm.example.com', 'debian', 'sealed:aHVudGVyMg==', 'Active', '', ''),
    (11, 1, 1, 0, '', '', '', 'Pending', '', ''), (12, 1, 2, 2, 'web.example.com', 'web', '', 'Active', '', '');
CREATE TABLE tblcustomfields (id INTEGER PRIMARY KEY, type TEXT, relid INTEGER, fieldname TEXT, adminonly TEXT DEFAULT '');
INSERT INTO tblcustomfields (id, type, relid, fieldname, adminonly) VALUES
    (1, 'product', 1, 'sshkey|SSH Keys', ''), (2, 'client', 0, 'VAT', ''), (3, 'product', 1, 'Margin', 'on');
CREATE TABLE tblcustomfieldsvalues (id INTEGER PRIMARY KEY, fieldid INTEGER, relid INTEGER, value TEXT);
INSERT INTO tblcustomfieldsvalues VALUES (1, 1, 10, 'ssh-ed25519 AAAA'), (2, 2, 1, 'x'), (3, 3, 10, '40');
CREATE TABLE tblproductconfiglinks (gid INTEGER, pid INTEGER);
INSERT INTO tblproductconfiglinks VALUES (1, 1);
CREATE TABLE tbladmins (id INTEGER PRIMARY KEY, username TEXT, roleid INTEGER);
INSERT INTO tbladmins VALUES (1, 'boss', 1), (2, 'support', 2), (3, 'sales', 3);
CREATE TABLE tbladdonmodules (id INTEGER PRIMARY KEY, module TEXT, setting TEXT, value TEXT);
INSERT INTO tbladdonmodules VALUES (1, 'puq_proxmox_kvm', 'access', '1,3');
CREATE TABLE tblproductconfigoptions (id INTEGER PRIMARY KEY, gid INTEGER, optionname TEXT, optiontype INTEGER);
INSERT INTO tblproductconfigoptions VALUES (1, 1, 'RAM', 1), (2, 1, 'Operating System', 2), (3, 1, 'B|Backups', 4);
CREATE TABLE tblproductconfigoptionssub (id INTEGER PRIMARY KEY, configid INTEGER, optionname TEXT);
INSERT INTO tblproductconfigoptionssub VALUES (1, 1, '4|4 GB'), (2, 2, '9001|Debian 12'), (3, 3, 'copies');
CREATE TABLE tblhostingconfigoptions (id INTEGER PRIMARY KEY, relid INTEGER, configid INTEGER, optionid INTEGER,
    qty INTEGER);
INSERT INTO tblhostingconfigoptions VALUES (1, 10, 1, 1, 0), (2, 10, 2, 2, 0), (3, 10, 3, 3, 5);
CREATE TABLE tblemailtemplates (id INTEGER PRIMARY KEY, type TEXT, name TEXT, subject TEXT, message TEXT,
    attachments TEXT, fromname TEXT, fromemail TEXT, disabled INTEGER, custom INTEGER, language TEXT, copyto TEXT,
    blind_copy_to TEXT, plaintext INTEGER, created_at TEXT, updated_at TEXT);
CREATE TABLE tblticketdepartments (id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO tblticketdepartments VALUES (3, 'Support');
CREATE TABLE puqProxmoxKVM_vm_info (service_id INTEGER PRIMARY KEY, vm_id INTEGER);
INSERT INTO puqProxmoxKVM_vm_info VALUES (10, 2002);
CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, rev INTEGER NOT NULL DEFAULT 0)
