<?php

declare(strict_types=1);

namespace PuqTest;

use PHPUnit\Framework\TestCase;
use PuqFake\Samples;

require_once __DIR__ . '/bootstrap.php';
require_once __DIR__ . '/Shape.php';

/**
 * What the pages are tested with is what the extension answers: each sample is of the type that Rust has for it.
 */
final class SamplesTest extends TestCase
{
    protected function tearDown(): void
    {
        putenv('PUQ_FAKE');
    }

    /** @return array<string, array{string}> */
    public function worlds(): array
    {
        $worlds = ['running', 'deploying', 'stopped', 'broken'];
        return array_combine($worlds, array_chunk($worlds, 1));
    }

    /** @dataProvider worlds */
    public function testAServiceIsOfItsType(string $world): void
    {
        putenv("PUQ_FAKE=$world");
        $shape = new Shape();
        self::assertNull($shape->misfit($shape->type('Overview'), Samples::overview(10), 'overview'));
        self::assertNull($shape->misfit($shape->type('AdminService'), Samples::service(10), 'service'));
    }

    public function testEachAnswerOfTheAddonIsOfItsType(): void
    {
        $shape = new Shape();
        $seen = 0;
        foreach ($shape->replies('addon') as $op => $schema) {
            $sample = Samples::addon($op);
            if ($sample !== []) {
                $seen++;
                self::assertNull($shape->misfit($schema, $sample, $op));
            }
        }
        self::assertGreaterThan(8, $seen);
    }

    /** The comparison itself says what is wrong. */
    public function testAWrongAnswerIsSeen(): void
    {
        $shape = new Shape();
        $permit = $shape->type('Permit');
        self::assertNull($shape->misfit($permit, ['allowed' => true, 'why' => null], 'p'));
        self::assertSame('p has no why', $shape->misfit($permit, ['allowed' => true], 'p'));
        $other = ['allowed' => 1, 'why' => null];
        self::assertSame('p.allowed is 1 and not boolean', $shape->misfit($permit, $other, 'p'));
        $more = ['allowed' => true, 'why' => null, 'how' => ''];
        self::assertSame('p.how is in no type', $shape->misfit($permit, $more, 'p'));
        $standing = $shape->type('Standing');
        self::assertStringStartsWith('s is "on" and none of stopped, ', (string) $shape->misfit($standing, 'on', 's'));
    }
}
