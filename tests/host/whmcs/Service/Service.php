<?php

declare(strict_types=1);

namespace WHMCS\Service;

use Illuminate\Database\Eloquent\Model;
use Illuminate\Database\Eloquent\Relations\BelongsTo;
use WHMCS\Product\Product;
use WHMCS\User\Client;

/** A service, `$params['model']`: a row of tblhosting under the attribute names of WHMCS. */
class Service extends Model
{
    private const COLUMNS = [
        'clientId' => 'userid', 'orderId' => 'orderid', 'packageId' => 'packageid', 'productId' => 'packageid',
        'serverId' => 'server', 'registrationDate' => 'regdate', 'paymentGateway' => 'paymentmethod',
        'status' => 'domainstatus', 'promotionId' => 'promoid', 'suspendReason' => 'suspendreason',
        'overrideAutoSuspend' => 'overideautosuspend', 'overrideSuspendUntilDate' => 'overidesuspenduntil',
        'dedicatedIp' => 'dedicatedip', 'assignedIps' => 'assignedips', 'bandwidthUsage' => 'bwusage',
        'bandwidthLimit' => 'bwlimit', 'diskUsage' => 'diskusage', 'diskLimit' => 'disklimit',
        'lastUpdateDate' => 'lastupdate', 'nextDueDate' => 'nextduedate', 'billingCycle' => 'billingcycle',
        'firstPaymentAmount' => 'firstpaymentamount', 'recurringAmount' => 'amount',
        'terminationDate' => 'termination_date',
    ];

    protected $table = 'tblhosting';

    protected $guarded = [];

    /** @return mixed a core column under either name */
    public function getAttribute($key)
    {
        if ($key === 'serviceProperties') {
            return new Properties($this);
        }
        return parent::getAttribute(self::COLUMNS[$key] ?? $key);
    }

    public function setAttribute($key, $value)
    {
        return parent::setAttribute(self::COLUMNS[$key] ?? $key, $value);
    }

    public function client(): BelongsTo
    {
        return $this->belongsTo(Client::class, 'userid');
    }

    public function product(): BelongsTo
    {
        return $this->belongsTo(Product::class, 'packageid');
    }
}
