<?php

declare(strict_types=1);

namespace Lifecycle;

use Demo\Problem;

/** Somebody pressed Ctrl-C, or told the program to end. */
final class Interrupted extends Problem
{
}
