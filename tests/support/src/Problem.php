<?php

declare(strict_types=1);

namespace Support;

/** Something the person who runs the demo has to know; its text is all they need. */
final class Problem extends \RuntimeException
{
}
