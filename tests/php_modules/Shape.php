<?php

declare(strict_types=1);

namespace PuqTest;

/**
 * The schema that is written from Rust's types (make shapes), and whether a value is what it says.
 */
final class Shape
{
    /** @var array<string, mixed> */
    private array $schema;

    public function __construct()
    {
        $path = dirname(__DIR__) . '/fixtures/operations.schema.json';
        $this->schema = json_decode((string) file_get_contents($path), true);
    }

    /** @return array<string, mixed> The type with this name. */
    public function type(string $name): array
    {
        return $this->schema['$defs'][$name];
    }

    /** @return array<string, array<string, mixed>> Operation, then what it answers; the asker is client, admin or addon. */
    public function replies(string $asker): array
    {
        return $this->schema['replies'][$asker];
    }

    /**
     * Where and why a value is not what a schema says; null: it is.
     *
     * @param array<string, mixed>|bool $schema
     * @param mixed $value
     */
    public function misfit($schema, $value, string $at): ?string
    {
        if ($schema === true || $schema === []) {
            return null;
        }
        if (isset($schema['$ref'])) {
            $name = basename($schema['$ref']);
            // A sentence may come as the text that it became.
            return $name === 'Sentence' && is_string($value) ? null : $this->misfit($this->type($name), $value, $at);
        }
        foreach (array_merge($schema['anyOf'] ?? [], $schema['oneOf'] ?? []) as $one) {
            $wrong = $this->misfit($one, $value, $at);
            if ($wrong === null) {
                return null;
            }
        }
        if (isset($wrong)) {
            return $wrong;
        }
        $words = $schema['enum'] ?? (isset($schema['const']) ? [$schema['const']] : null);
        if ($words !== null && !in_array($value, $words, true)) {
            return "$at is " . json_encode($value) . ' and none of ' . implode(', ', $words);
        }
        $kinds = (array) ($schema['type'] ?? []);
        if ($kinds !== [] && array_intersect($kinds, self::kinds($value)) === []) {
            return "$at is " . json_encode($value) . ' and not ' . implode(' or ', $kinds);
        }
        return is_array($value) ? $this->inside($schema, $value, $at) : null;
    }

    /**
     * @param array<string, mixed> $schema
     * @param array<mixed> $value
     */
    private function inside(array $schema, array $value, string $at): ?string
    {
        foreach (array_diff($schema['required'] ?? [], array_keys($value)) as $missing) {
            return "$at has no $missing";
        }
        foreach ($value as $name => $one) {
            $of = $schema['items'] ?? $schema['properties'][$name] ?? $schema['additionalProperties'] ?? false;
            $wrong = $of === false ? "$at.$name is in no type" : $this->misfit($of, $one, "$at.$name");
            if ($wrong !== null) {
                return $wrong;
            }
        }
        return null;
    }

    /**
     * @param mixed $value
     * @return list<string> What JSON calls it; an empty array may be a list or a map.
     */
    private static function kinds($value): array
    {
        if (is_array($value)) {
            $isList = array_keys($value) === range(0, count($value) - 1);
            return $value === [] ? ['array', 'object'] : [$isList ? 'array' : 'object'];
        }
        $kinds = ['NULL' => ['null'], 'boolean' => ['boolean'], 'integer' => ['integer', 'number'],
            'double' => ['number'], 'string' => ['string']];
        return $kinds[gettype($value)] ?? [];
    }
}
