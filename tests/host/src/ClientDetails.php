<?php

declare(strict_types=1);

namespace Standin;

use WHMCS\Database\Capsule;

/** The `clientsdetails` array, also the answer of the API command GetClientsDetails. */
final class ClientDetails
{
    private const COUNTRIES = [
        'PL' => ['Poland', '48'], 'DE' => ['Germany', '49'], 'GB' => ['United Kingdom', '44'],
        'US' => ['United States', '1'], 'FR' => ['France', '33'],
    ];

    /** @return array<string, mixed> empty for an unknown client */
    public static function of(int $clientId): array
    {
        $client = Capsule::table('tblclients')->where('id', $clientId)->first();
        if ($client === null) {
            return [];
        }
        [$country, $code] = self::COUNTRIES[$client->country] ?? [(string) $client->country, ''];
        $fields = self::customFields($clientId);
        $id = Ids::shape($client->id);
        $details = [
            'userid' => $id, 'id' => $id, 'client_id' => $id, 'owner_user_id' => Ids::shape(self::owner($clientId)),
            'uuid' => $client->uuid, 'firstname' => $client->firstname, 'lastname' => $client->lastname,
            'fullname' => trim($client->firstname . ' ' . $client->lastname), 'companyname' => $client->companyname,
            'email' => $client->email, 'address1' => $client->address1, 'address2' => $client->address2,
            'city' => $client->city, 'fullstate' => $client->state, 'state' => $client->state,
            'statecode' => $client->state, 'postcode' => $client->postcode, 'country' => $client->country,
            'countrycode' => $client->country, 'countryname' => $country, 'phonenumber' => $client->phonenumber,
            'phonecc' => $code,
            'phonenumberformatted' => $client->phonenumber === '' ? '' : '+' . $code . '.' . $client->phonenumber,
            'telephoneNumber' => $client->phonenumber === '' ? '' : '+' . $code . '.' . $client->phonenumber,
            'tax_id' => $client->tax_id, 'notes' => (string) $client->notes,
            'currency' => Ids::shape($client->currency),
            'currency_code' => (string) Capsule::table('tblcurrencies')->where('id', $client->currency)->value('code'),
            'defaultgateway' => $client->defaultgateway, 'groupid' => Ids::shape($client->groupid),
            'status' => $client->status, 'credit' => number_format((float) $client->credit, 2, '.', ''),
            'taxexempt' => (bool) $client->taxexempt, 'language' => $client->language,
            'isOptedInToMarketingEmails' => (bool) $client->marketing_emails_opt_in,
            'lastlogin' => $client->lastlogin === null ? 'No Login Logged' : (string) $client->lastlogin,
            'email_preferences' => [
                'general' => '1', 'invoice' => '1', 'support' => '1', 'product' => '1', 'domain' => '1',
                'affiliate' => '1',
            ],
            'customfields' => $fields,
        ];
        foreach (array_values($fields) as $position => $field) {
            $details['customfields' . ($position + 1)] = $field['value'];
        }
        return $details;
    }

    private static function owner(int $clientId): int
    {
        return (int) Capsule::table('tblusers_clients')->where('client_id', $clientId)->where('owner', 1)
            ->value('auth_user_id');
    }

    /** @return array<int, array<string, mixed>> */
    private static function customFields(int $clientId): array
    {
        $fields = [];
        $rows = Capsule::table('tblcustomfields')->where('type', 'client')->orderBy('sortorder')->get();
        foreach ($rows->all() as $field) {
            $value = Capsule::table('tblcustomfieldsvalues')->where('fieldid', $field->id)->where('relid', $clientId)
                ->value('value');
            $fields[] = ['id' => Ids::shape($field->id), 'value' => (string) $value];
        }
        return $fields;
    }
}
