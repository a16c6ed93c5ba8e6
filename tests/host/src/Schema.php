<?php

declare(strict_types=1);

namespace Standin;

use Illuminate\Database\Schema\Blueprint;
use WHMCS\Database\Capsule;

/**
 * The core tables that modules read, for both drivers. One line a table; a column is `name` (text up to 255),
 * `name:int`, `name:text`, `name:date`, `name:datetime` or `name:money`; every table but the named ones has `id`.
 */
final class Schema
{
    private const TABLES = [
        'tblconfiguration' => 'setting value:text created_at:datetime updated_at:datetime',
        'tblclients' => 'uuid firstname lastname companyname email address1 address2 city state postcode country'
            . ' phonenumber tax_id currency:int defaultgateway credit:money taxexempt:int language status groupid:int'
            . ' notes:text datecreated:date lastlogin:datetime ip email_preferences:text marketing_emails_opt_in:int'
            . ' created_at:datetime updated_at:datetime',
        'tblusers' => 'first_name last_name email password language created_at:datetime updated_at:datetime',
        'tblusers_clients' => 'auth_user_id:int client_id:int owner:int permissions:text',
        'tbladmins' => 'uuid roleid:int username password firstname lastname email language template disabled:int',
        'tbladminroles' => 'name',
        'tbladminperms' => 'roleid:int permid:int',
        'tblcurrencies' => 'code prefix suffix format:int rate:money default:int',
        'tblhosting' => 'userid:int orderid:int packageid:int server:int regdate:date domain paymentmethod qty:int'
            . ' firstpaymentamount:money amount:money billingcycle nextduedate:date nextinvoicedate:date'
            . ' termination_date:date completed_date:date domainstatus username password:text notes:text subscriptionid'
            . ' promoid:int suspendreason:text overideautosuspend:int overidesuspenduntil:date dedicatedip:text'
            . ' assignedips:text ns1 ns2 diskusage:int disklimit:int bwusage:int bwlimit:int lastupdate:datetime'
            . ' created_at:datetime updated_at:datetime',
        'tblhostingaddons' => 'orderid:int hostingid:int addonid:int userid:int server:int name qty:int regdate:date'
            . ' status billingcycle recurring:money nextduedate:date notes:text',
        'tblproductgroups' => 'name slug headline tagline hidden:int order:int',
        'tblproducts' => 'type gid:int name description:text hidden:int showdomainoptions:int welcomeemail:int'
            . ' stockcontrol:int qty:int paytype autosetup servertype servergroup:int {configoptions} freedomain'
            . ' configoptionsupgrade:int upgradeemail:int upgradepackages:text overagesenabled overagesdisklimit:int'
            . ' overagesbwlimit:int tax:int order:int retired:int created_at:datetime updated_at:datetime',
        'tblservers' => 'name ipaddress assignedips:text hostname monthlycost:money noc statusaddress {nameservers}'
            . ' maxaccounts:int type username password:text accesshash:text secure port active:int disabled:int',
        'tblservergroups' => 'name filltype:int',
        'tblservergroupsrel' => 'groupid:int serverid:int',
        'tblcustomfields' => 'type relid:int fieldname fieldtype description:text fieldoptions:text regexpr adminonly'
            . ' required showorder showinvoice sortorder:int created_at:datetime updated_at:datetime',
        'tblcustomfieldsvalues' => 'fieldid:int relid:int value:text created_at:datetime updated_at:datetime',
        'tblproductconfiggroups' => 'name description:text',
        'tblproductconfiglinks' => 'gid:int pid:int',
        'tblproductconfigoptions' => 'gid:int optionname optiontype:int qtyminimum:int qtymaximum:int order:int'
            . ' hidden:int',
        'tblproductconfigoptionssub' => 'configid:int optionname sortorder:int hidden:int',
        'tblhostingconfigoptions' => 'relid:int configid:int optionid:int qty:int',
        'tblpricing' => 'type currency:int relid:int msetupfee:money qsetupfee:money ssetupfee:money asetupfee:money'
            . ' bsetupfee:money tsetupfee:money monthly:money quarterly:money semiannually:money annually:money'
            . ' biennially:money triennially:money',
        'tblemailtemplates' => 'type name subject:text message:text attachments:text fromname:text fromemail:text'
            . ' disabled:int custom:int language copyto:text blind_copy_to:text plaintext:int created_at:datetime'
            . ' updated_at:datetime',
        'tblemails' => 'userid:int subject:text message:text date:datetime to:text cc:text bcc:text attachments:text'
            . ' pending:int failed:int failure_reason:text template_name relid:int',
        'tbladdonmodules' => 'module setting value:text',
        'tblmodulelog' => 'date:datetime module action request:text response:text arrdata:text',
        'tblactivitylog' => 'date:datetime description:text user userid:int user_id:int admin_id:int ipaddr',
        'tblmodulequeue' => 'service_type service_id:int module_name module_action last_attempt:datetime'
            . ' last_attempt_error:text num_retries:int completed:int created_at:datetime updated_at:datetime',
        'tblorders' => 'ordernum userid:int date:datetime amount:money paymentmethod status invoiceid:int ipaddress'
            . ' notes:text',
        'tblupgrades' => 'userid:int orderid:int type date:date relid:int originalvalue newvalue amount:money'
            . ' recurringchange:money status paid',
        'tblcancelrequests' => 'date:datetime relid:int reason:text type created_at:datetime updated_at:datetime',
        'tblticketdepartments' => 'name description:text email clientsonly:int hidden:int order:int',
        'tbltickets' => 'tid did:int userid:int name email date:datetime title:text message:text status urgency'
            . ' service',
        'tblmetric_usage' => 'rel_type rel_id:int module metric value:money taken_at:datetime',
        'tblproductmetrics' => 'pid:int metric enabled:int',
    ];

    private const INDEXES = [
        'tblhosting' => ['userid', 'packageid', 'server'], 'tblhostingconfigoptions' => ['relid'],
        'tbladdonmodules' => ['module'], 'tblcustomfieldsvalues' => ['relid'], 'tblemails' => ['userid'],
    ];

    /** Creates every table; with $fresh, existing ones are dropped first, those of modules too. */
    public static function create(bool $fresh): void
    {
        $schema = Capsule::schema();
        if ($fresh) {
            $schema->dropAllTables();
        }
        foreach (self::TABLES as $table => $columns) {
            if ($schema->hasTable($table)) {
                continue;
            }
            $schema->create($table, static function (Blueprint $blueprint) use ($table, $columns): void {
                $blueprint->increments('id');
                foreach (self::expand($columns) as $column) {
                    self::addColumn($blueprint, $column);
                }
                foreach (self::INDEXES[$table] ?? [] as $index) {
                    $blueprint->index($index);
                }
            });
        }
    }

    /** @return string[] names of the core tables */
    public static function tables(): array
    {
        return array_keys(self::TABLES);
    }

    /** @return string[] */
    private static function expand(string $columns): array
    {
        $options = implode(' ', array_map(static function (int $number): string {
            return 'configoption' . $number . ':text';
        }, range(1, 24)));
        $nameservers = implode(' ', array_map(static function (int $number): string {
            return 'nameserver' . $number . ' nameserver' . $number . 'ip';
        }, range(1, 5)));
        return explode(' ', str_replace(['{configoptions}', '{nameservers}'], [$options, $nameservers], $columns));
    }

    private static function addColumn(Blueprint $blueprint, string $column): void
    {
        [$name, $type] = explode(':', $column . ':string');
        match ($type) {
            'int' => $blueprint->integer($name)->default(0),
            // MySQL 8 refuses a default for text, so an omitted one is null and readers cast.
            'text' => $blueprint->mediumText($name)->nullable(),
            'date' => $blueprint->date($name)->nullable(),
            'datetime' => $blueprint->dateTime($name)->nullable(),
            'money' => $blueprint->decimal($name, 16, 2)->default(0),
            default => $blueprint->string($name, 255)->default(''),
        };
    }
}
