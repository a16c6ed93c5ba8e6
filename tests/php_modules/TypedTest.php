<?php

declare(strict_types=1);

namespace PuqTest;

use PHPUnit\Framework\TestCase;
use PuqFake\Calls;
use PuqProxmoxKvm\Cipher;
use PuqProxmoxKvm\Host;
use PuqProxmoxKvm\Input;
use PuqProxmoxKvm\Typed;
use WHMCS\Database\Capsule;

require_once __DIR__ . '/bootstrap.php';

/**
 * WHMCS stores and hands over what people type HTML-encoded, or as it was typed: both must arrive as it was typed.
 */
final class TypedTest extends TestCase
{
    private string $everything;

    protected function setUp(): void
    {
        Whmcs::reset();
        $this->everything = implode(array_map('chr', range(32, 126))) . '😀';
    }

    public function texts(): array
    {
        return [
            ['Tom&Jerry'], ["O'Brien"], ['<1>'], ['"'], ['&'], ['a&b;c'], ['R&D "lab" of O\'Brien'], ['&euro;10.00'],
            ['AT&T;'], ['plain'], [''], ["two\nlines & more"], ['x &# y'], ['&&&&'], ['&#0039'],
        ];
    }

    /** @dataProvider texts */
    public function testBothStoredFormsAreTheTextThatWasTyped(string $typed): void
    {
        self::assertSame($typed, Typed::text($typed));
        self::assertSame($typed, Typed::text(htmlspecialchars($typed, ENT_QUOTES)));
        self::assertSame($typed, Typed::text(Typed::text(htmlspecialchars($typed, ENT_QUOTES))));
    }

    public function testWhatWeStoreComesBackWhateverItIs(): void
    {
        $looksEncoded = ['a&amp;b', '&amp;lt', '&amp;', '&lt;script&gt;', '&amp;amp;', '&#039;', '&apos;', '&#x27;'];
        $texts = array_merge([$this->everything], $looksEncoded);
        foreach ($texts as $typed) {
            self::assertSame($typed, Typed::text(Typed::kept($typed)));
            // And what a person typed so into a form of WHMCS was encoded once more.
            self::assertSame($typed, Typed::text(htmlspecialchars($typed, ENT_QUOTES)));
            self::assertSame($typed, Cipher::decrypt(Cipher::encrypt($typed)));
            $host = new Host();
            $sealed = $host->effect('encrypt', ['text' => $typed])['text'];
            self::assertSame(['text' => $typed], $host->effect('decrypt', ['text' => $sealed]));
        }
        self::assertSame('p&ss', Typed::kept('p&ss'), 'what is plain is stored as it is');
    }

    public function testNamesAreDecodedToo(): void
    {
        $given = ['RAM &amp; more' => ['x' => '&quot;4&quot;', 'n' => 4, 'null' => null], 7 => '&#39;'];
        $expected = ['RAM & more' => ['x' => '"4"', 'n' => 4, 'null' => null], 7 => "'"];
        self::assertSame($expected, Typed::all($given));
    }

    /** WHMCS puts these columns as they are into mails and pages, which are HTML. */
    public function testWhatIsWrittenForWhmcsIsReadByABrowserAsItWasTyped(): void
    {
        foreach ([$this->everything, 'a<b>c</b>', 'a&amp;b', '"><script>', 'x&copy;y'] as $typed) {
            $asked = ['service_id' => 10, 'password' => $typed, 'username' => $typed];
            (new Host())->effect('update_service', $asked);
            $row = Capsule::table('tblhosting')->where('id', 10)->first();
            foreach ([(string) $row->username, (string) \decrypt((string) $row->password)] as $kept) {
                self::assertDoesNotMatchRegularExpression('/[<>"\']/', $kept);
                self::assertSame($typed, html_entity_decode($kept, ENT_QUOTES | ENT_HTML5, 'UTF-8'));
                self::assertSame($typed, Typed::text($kept));
            }
        }
    }

    public function forms(): array
    {
        return [['raw'], ['encoded']];
    }

    /** @dataProvider forms */
    public function testEveryTextOfTheTablesIsAsItWasTyped(string $form): void
    {
        $typed = $this->everything;
        $stored = $form === 'raw' ? $typed : htmlspecialchars($typed, ENT_QUOTES);
        $sealed = \encrypt($stored);
        Capsule::table('tblservers')->where('id', 1)->update(['name' => $stored, 'password' => $sealed]);
        Capsule::table('tblhosting')->where('id', 10)->update(['username' => $stored, 'password' => $sealed]);
        Capsule::table('tblproducts')->where('id', 1)->update(['name' => $stored]);
        Capsule::table('tblclients')->where('id', 1)->update(['firstname' => $stored, 'companyname' => $stored]);
        Capsule::table('tblcustomfieldsvalues')->where('id', 1)->update(['value' => $stored]);
        Capsule::table('tblticketdepartments')->where('id', 3)->update(['name' => $stored]);
        $choice = str_replace('|', '', $typed);
        $kept = $form === 'raw' ? $choice : htmlspecialchars($choice, ENT_QUOTES);
        Capsule::table('tblproductconfigoptionssub')->where('id', 2)->update(['optionname' => $kept . '|label']);
        $host = new Host();
        $service = $host->services([10])[0];
        foreach (['username', 'password', 'productname', 'servername', 'serverpassword'] as $key) {
            self::assertSame($typed, $service[$key], $key);
        }
        self::assertSame($typed, $service['clientsdetails']['firstname']);
        self::assertSame($typed, $service['customfields']['sshkey']);
        self::assertSame($choice, $service['configoptions']['Operating System']);
        self::assertSame($typed, $host->effect('servers', [])[0]['name']);
        self::assertSame($typed, $host->effect('server_params', ['server_id' => 1])['serverpassword']);
        self::assertSame($typed, $host->effect('departments', [])[0]['name']);
        self::assertSame($typed, $host->effect('products', [])[0]['name']);
        self::assertStringContainsString($typed, $host->effect('clients', ['ids' => [1]])[0]['name']);
    }

    /** @dataProvider forms */
    public function testAModuleCallHandsOnWhatWasTyped(string $form): void
    {
        $typed = $this->everything;
        $given = $form === 'raw' ? $typed : htmlspecialchars($typed, ENT_QUOTES);
        $_SESSION['adminid'] = 1;
        \puqProxmoxKVM_ChangePassword(['serviceid' => 10, 'password' => $given, 'customfields' => ['Note' => $given]]);
        $params = end(Calls::$all)[1][0];
        self::assertSame($typed, $params['password']);
        self::assertSame($typed, $params['customfields']['Note']);
        \puqProxmoxKVM_TestConnection(['serverpassword' => $given]);
        self::assertSame($typed, end(Calls::$all)[1][0]['serverpassword']);
    }

    public function testARequestIsReadAsItWasTyped(): void
    {
        $_POST = ['note' => htmlspecialchars($this->everything, ENT_QUOTES), 'list' => ['a' => 'b &amp; c']];
        $_GET = ['search' => 'O&#039;Brien'];
        self::assertSame($this->everything, Input::posted()['note']);
        self::assertSame('b & c', Input::posted()['list']['a']);
        self::assertSame("O'Brien", Input::query()['search']);
    }

    public function testAPageEscapesOnce(): void
    {
        $service = \PuqFake\Samples::service(10);
        $service['service']['domain'] = 'R&D "x" <1>';
        Calls::$answers['admin_service'] = $service;
        $_SESSION['adminid'] = 1;
        $html = implode(\puqProxmoxKVM_AdminServicesTabFields(['serviceid' => 10]));
        self::assertDoesNotMatchRegularExpression('/&amp;(amp|lt|gt|quot|#0*39);/', $html);
        $_POST['puqkvm'] = ['main_domain' => 'a &amp; &quot;b&quot;'];
        $errors = ['main_domain' => 'Must be a domain, not "a & b".'];
        Calls::$answers['product_save'] = ['ok' => false, 'errors' => $errors];
        Whmcs::run('AdminProductConfigFieldsSave', ['pid' => 1]);
        $_POST = [];
        $html = implode(Whmcs::run('AdminProductConfigFields', ['pid' => 1])[0]);
        self::assertStringContainsString('value="a &amp; &quot;b&quot;"', $html);
        self::assertDoesNotMatchRegularExpression('/&amp;(amp|lt|gt|quot|#0*39);/', $html);
    }

    public function testAFieldThatLooksEncodedIsShownAsItWasTyped(): void
    {
        $typed = 'a &lt; b &amp;amp; "c"';
        $stored = htmlspecialchars($typed, ENT_QUOTES);
        Capsule::table('tblcustomfieldsvalues')->where('id', 1)->update(['value' => $stored]);
        Capsule::table('tblcustomfields')->update(['adminonly' => '']);
        $page = \puqProxmoxKVM_ClientArea(['serviceid' => 10, 'pid' => 1]);
        $values = array_column($page['templateVariables']['puq']['fields'], 'value');
        // As the template prints it: what is encoded already stays as it is.
        $printed = array_map(static function (string $value): string {
            return htmlspecialchars($value, ENT_QUOTES, 'UTF-8', false);
        }, $values);
        self::assertContains($typed, array_map('html_entity_decode', $printed));
    }

    public function testAMailTemplateIsFoundByItsTypedNameAndItsValuesAreHtml(): void
    {
        Capsule::table('tblemailtemplates')->insert([
            ['type' => 'product', 'name' => 'R&amp;D ready', 'language' => '', 'plaintext' => 0],
            ['type' => 'product', 'name' => 'R&amp;D plain', 'language' => '', 'plaintext' => 1],
        ]);
        $host = new Host();
        self::assertContains('R&D ready', $host->effect('email_templates', []));
        foreach (['R&D ready' => 'a&lt;b', 'R&D plain' => 'a<b'] as $name => $value) {
            $host->effect('send_email', ['template' => $name, 'service_id' => 10, 'vars' => ['x' => 'a<b']]);
            [, $asked] = end(Whmcs::$api);
            self::assertSame(htmlspecialchars($name), $asked['messagename']);
            self::assertSame(['x' => $value], unserialize(base64_decode($asked['customvars'])));
        }
    }
}
