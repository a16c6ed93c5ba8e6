<?php

declare(strict_types=1);

namespace Standin\Cli;

/** The command line makes no sense; the message says why. */
final class UsageError extends \RuntimeException
{
}
