<?php

declare(strict_types=1);

namespace Lifecycle;

/** Somebody pressed Ctrl-C, or told the program to end: no problem of an operation, so nothing on the way catches it. */
final class Interrupted extends \RuntimeException
{
}
