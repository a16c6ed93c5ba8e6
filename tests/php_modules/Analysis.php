<?php

declare(strict_types=1);

namespace PuqTest;

use PhpParser\Lexer;
use PhpParser\Node;
use PhpParser\Node\Expr;
use PhpParser\Node\Stmt;
use PhpParser\NodeFinder;
use PhpParser\NodeTraverser;
use PhpParser\NodeVisitor\NameResolver;
use PhpParser\ParserFactory;

/**
 * What can be wrong in PHP and shows only when the line runs: a class, method, function, constant, property or
 * variable that is not there, and a call with too few or too many arguments. The extension's functions are those of its
 * stub. And the other way round: what is there and nothing uses.
 */
final class Analysis
{
    /** Functions of WHMCS itself. */
    private const WHMCS = ['add_hook', 'localapi', 'logactivity', 'logmodulecall', 'encrypt', 'decrypt',
        'generate_token', 'check_token', 'routepath'];

    /** Where the classes of WHMCS itself begin, and of what it brings along. */
    private const BROUGHT = '/^(WHMCS|Illuminate|Smarty)\b/i';

    /** @var array<string, Stmt\ClassLike> By lower-case name. */
    private array $classes = [];

    /** @var array<string, Stmt\Function_> By lower-case name. */
    private array $functions = [];

    /** @var array<string, array<Node>> By the name of the file. */
    private array $files = [];
    private NodeFinder $finder;

    /** @var list<string> */
    private array $found = [];

    /** @param array<string, string> $sources Name, then text; what they declare is known. */
    public function __construct(array $sources)
    {
        $this->finder = new NodeFinder();
        $lexer = new Lexer(['usedAttributes' => ['startLine', 'endLine', 'startFilePos', 'endFilePos']]);
        foreach ($sources as $name => $text) {
            $parser = (new ParserFactory())->create(ParserFactory::PREFER_PHP7, $lexer);
            $resolver = new NodeTraverser();
            $resolver->addVisitor(new NameResolver());
            $this->files[$name] = $resolver->traverse((array) $parser->parse($text));
            foreach ($this->finder->findInstanceOf($this->files[$name], Stmt\ClassLike::class) as $class) {
                if (isset($class->namespacedName)) {
                    $this->classes[strtolower((string) $class->namespacedName)] = $class;
                }
            }
            foreach ($this->finder->findInstanceOf($this->files[$name], Stmt\Function_::class) as $function) {
                $this->functions[strtolower((string) $function->namespacedName)] = $function;
            }
        }
    }

    /** @return list<string> What is wrong in a file, with its line. */
    public function of(string $file): array
    {
        $this->found = [];
        foreach ($this->finder->findInstanceOf($this->files[$file], Stmt\ClassLike::class) as $class) {
            $this->members($class);
        }
        foreach ($this->finder->findInstanceOf($this->files[$file], Node\FunctionLike::class) as $function) {
            // Closures see what their function has; the short ones all of it.
            if (!$function instanceof Expr\ArrowFunction) {
                $this->variables($function);
            }
        }
        $calls = $this->finder->find($this->files[$file], static function (Node $node): bool {
            return $node instanceof Expr\FuncCall || $node instanceof Expr\StaticCall || $node instanceof Expr\New_
                || $node instanceof Expr\ClassConstFetch;
        });
        foreach ($calls as $call) {
            $this->named($call);
        }
        $this->classesNamed($file);
        sort($this->found);
        return $this->found;
    }

    /**
     * @param list<string> $files Where they are declared.
     * @return list<string> Methods and constants whose names stand nowhere else.
     */
    public function unused(array $files): array
    {
        $words = [];
        $declared = [];
        foreach ($files as $file) {
            $names = $this->finder->find($this->files[$file], static function (Node $node): bool {
                return $node instanceof Node\Identifier || $node instanceof Node\Scalar\String_;
            });
            foreach ($names as $name) {
                $word = $name instanceof Node\Identifier ? $name->name : $name->value;
                $words[$word] = ($words[$word] ?? 0) + 1;
            }
            $members = $this->finder->find($this->files[$file], static function (Node $node): bool {
                return $node instanceof Stmt\ClassMethod || $node instanceof Node\Const_;
            });
            foreach ($members as $member) {
                $declared[] = [(string) $member->name, "$file:" . $member->getStartLine()];
            }
        }
        $unused = [];
        foreach ($declared as [$name, $place]) {
            if ($words[$name] < 2 && strncmp($name, '__', 2) !== 0) {
                $unused[] = "$place: nothing uses $name";
            }
        }
        return $unused;
    }

    private function say(Node $at, string $what): void
    {
        $this->found[] = sprintf('%d: %s', $at->getStartLine(), $what);
    }

    /** What a class asks of itself. */
    private function members(Stmt\ClassLike $class): void
    {
        $known = isset($class->namespacedName) ? (string) $class->namespacedName : '';
        foreach (
            $this->finder->find($class->stmts, static function (Node $node): bool {
                return $node instanceof Expr\MethodCall || $node instanceof Expr\PropertyFetch
                || $node instanceof Expr\StaticCall || $node instanceof Expr\ClassConstFetch;
            }) as $use
        ) {
            $own = isset($use->var) ? $use->var instanceof Expr\Variable && $use->var->name === 'this'
                : $use->class instanceof Node\Name && in_array((string) $use->class, ['self', 'static'], true);
            if (!$own || $known === '' || !$use->name instanceof Node\Identifier) {
                continue;
            }
            $kind = $use instanceof Expr\PropertyFetch ? 'property'
                : ($use instanceof Expr\ClassConstFetch ? 'constant' : 'method');
            $this->member($use, $known, $kind, (string) $use->name);
        }
    }

    private function member(Node $use, string $class, string $kind, string $name): void
    {
        if ($kind === 'constant' && $name === 'class') {
            return;
        }
        for ($of = $class; isset($this->classes[strtolower($of)]); $of = (string) $declared->extends) {
            $declared = $this->classes[strtolower($of)];
            foreach (
                $this->finder->find($declared->stmts, static function (Node $node): bool {
                    return $node instanceof Stmt\ClassMethod || $node instanceof Stmt\PropertyProperty
                    || $node instanceof Node\Const_;
                }) as $one
            ) {
                $is = $one instanceof Stmt\ClassMethod ? 'method'
                    : ($one instanceof Node\Const_ ? 'constant' : 'property');
                if ($is !== $kind || strcasecmp((string) $one->name, $name) !== 0) {
                    continue;
                }
                if ($one instanceof Stmt\ClassMethod) {
                    $this->count($use, $one->params, "$class::$name");
                }
                return;
            }
            if (!$declared instanceof Stmt\Class_ || $declared->extends === null || $declared->implements !== []) {
                $open = $declared instanceof Stmt\Class_ && $declared->implements !== [] && $kind === 'constant';
                if ($open) {
                    return;
                }
                break;
            }
        }
        if (isset($this->classes[strtolower($of)])) {
            $this->say($use, "no $kind $class::$name");
        }
    }

    /** Every class that is named is there; a name that no "use" explains is of the file's own namespace. */
    private function classesNamed(string $file): void
    {
        $users = $this->finder->find($this->files[$file], static function (Node $node): bool {
            return $node instanceof Stmt\Catch_ || ($node->class ?? null) instanceof Node\Name;
        });
        foreach ($users as $user) {
            foreach ($user instanceof Stmt\Catch_ ? $user->types : [$user->class] as $name) {
                $class = (string) $name;
                $known = isset($this->classes[strtolower($class)]) || class_exists($class)
                    || interface_exists($class) || preg_match(self::BROUGHT, $class) === 1;
                if (!$known && !in_array($class, ['self', 'static', 'parent'], true)) {
                    $this->say($user, "no class $class");
                }
            }
        }
    }

    /** Calls and constants that name a class or a function. */
    private function named(Expr $use): void
    {
        if ($use instanceof Expr\FuncCall) {
            if ($use->name instanceof Node\Name) {
                $this->call($use, $use->name);
            }
            return;
        }
        if (!$use->class instanceof Node\Name || !isset($this->classes[strtolower((string) $use->class)])) {
            return;
        }
        $class = (string) $use->class;
        if ($use instanceof Expr\New_) {
            $maker = $this->classes[strtolower($class)]->getMethod('__construct');
            if ($maker !== null) {
                $this->count($use, $maker->params, "new $class");
            }
        } elseif ($use->name instanceof Node\Identifier) {
            $kind = $use instanceof Expr\StaticCall ? 'method' : 'constant';
            $this->member($use, $class, $kind, (string) $use->name);
            $this->extension($use, $class);
        }
    }

    /** A function of the extension, called by its name. */
    private function extension(Expr $use, string $class): void
    {
        $through = ['PuqProxmoxKvm\Native', 'PuqProxmoxKvm\Module'];
        $name = $use instanceof Expr\StaticCall && in_array($class, $through, true) ? $use->getArgs()[0] ?? null : null;
        if ($name === null || !$name->value instanceof Node\Scalar\String_ || (string) $use->name === 'plain') {
            return;
        }
        if (!in_array((string) $use->name, ['call', 'ask', 'run'], true)) {
            return;
        }
        $function = $this->functions['puq\proxmoxkvm\\' . $name->value->value] ?? null;
        if ($function === null) {
            $this->say($use, "the extension has no {$name->value->value}");
        } elseif ($class === 'PuqProxmoxKvm\Native') {
            // The first argument is the name, the function's own first is the host.
            $this->count($use, $function->params, (string) $function->name);
        }
    }

    private function call(Expr\FuncCall $use, Node\Name $name): void
    {
        $plain = strtolower($name->getLast());
        $declared = $this->functions[strtolower((string) $name)] ?? $this->functions[$plain] ?? null;
        if ($declared !== null) {
            $this->count($use, $declared->params, $plain);
        } elseif (in_array($plain, self::WHMCS, true)) {
            return;
        } elseif (!function_exists($plain)) {
            $this->say($use, "no function $name");
        } else {
            $function = new \ReflectionFunction($plain);
            $most = $function->isVariadic() ? PHP_INT_MAX : $function->getNumberOfParameters();
            $this->between($use, $function->getNumberOfRequiredParameters(), $most, $plain);
        }
    }

    /** @param array<Node\Param> $params */
    private function count(Node $use, array $params, string $name): void
    {
        $least = 0;
        $most = count($params);
        foreach ($params as $place => $param) {
            $least = $param->default === null && !$param->variadic ? $place + 1 : $least;
            $most = $param->variadic ? PHP_INT_MAX : $most;
        }
        $this->between($use, $least, $most, $name);
    }

    private function between(Node $use, int $least, int $most, string $name): void
    {
        if (!$use instanceof Expr\CallLike) {
            return;
        }
        foreach ($use->getArgs() as $argument) {
            if ($argument->unpack) {
                return;
            }
        }
        $given = count($use->getArgs());
        if ($given < $least || $given > $most) {
            $this->say($use, "$name with $given arguments");
        }
    }

    /** Variables that are read and that nothing in the function makes. */
    private function variables(Node\FunctionLike $function): void
    {
        $inner = $this->finder->find((array) $function->getStmts(), static function (Node $node): bool {
            return $node instanceof Expr\Closure || $node instanceof Stmt\ClassLike;
        });
        $within = static function (Node $node) use ($inner): bool {
            foreach ($inner as $other) {
                if (
                    $node->getStartFilePos() > $other->getStartFilePos()
                    && $node->getEndFilePos() <= $other->getEndFilePos()
                ) {
                    return true;
                }
            }
            return false;
        };
        $known = ['this' => true, 'GLOBALS' => true];
        foreach ($function->getParams() as $param) {
            $known[(string) $param->var->name] = true;
        }
        foreach ($function instanceof Expr\Closure ? $function->uses : [] as $use) {
            $known[(string) $use->var->name] = true;
        }
        $makes = static function (?Node $target) use (&$known, &$makes): void {
            if ($target instanceof Expr\Variable && is_string($target->name)) {
                $known[$target->name] = true;
            } elseif ($target instanceof Expr\ArrayDimFetch) {
                $makes($target->var);
            } elseif ($target instanceof Expr\List_ || $target instanceof Expr\Array_) {
                foreach (array_filter($target->items) as $item) {
                    $makes($item->value);
                }
            }
        };
        $all = (array) $function->getStmts();
        foreach ($this->finder->findInstanceOf($all, Node::class) as $node) {
            if ($node instanceof Expr\Assign || $node instanceof Expr\AssignRef || $node instanceof Expr\AssignOp) {
                $makes($node->var);
            } elseif ($node instanceof Stmt\Foreach_) {
                $makes($node->keyVar);
                $makes($node->valueVar);
            } elseif ($node instanceof Stmt\Catch_ || $node instanceof Stmt\StaticVar) {
                $makes($node->var);
            } elseif ($node instanceof Stmt\Global_) {
                array_map($makes, $node->vars);
            } elseif ($node instanceof Expr\ArrowFunction) {
                foreach ($node->params as $param) {
                    $makes($param->var);
                }
            } elseif ($node instanceof Expr\ClosureUse && $node->byRef) {
                $makes($node->var);
            } elseif ($node instanceof Expr\FuncCall && $node->name instanceof Node\Name) {
                $this->references($node, $makes);
            }
        }
        foreach ($this->finder->findInstanceOf($all, Expr\Variable::class) as $variable) {
            if (is_string($variable->name) && !isset($known[$variable->name]) && !$within($variable)) {
                if (!preg_match('/^_[A-Z]+$/', $variable->name)) {
                    $this->say($variable, "no variable \${$variable->name}");
                }
            }
        }
    }

    /** What is handed over by reference is made there: preg_match() fills its third argument. */
    private function references(Expr\FuncCall $call, callable $makes): void
    {
        $name = strtolower($call->name->getLast());
        if (!function_exists($name)) {
            return;
        }
        foreach ((new \ReflectionFunction($name))->getParameters() as $place => $parameter) {
            $argument = $call->getArgs()[$place] ?? null;
            if ($argument !== null && $parameter->isPassedByReference()) {
                $makes($argument->value);
            }
        }
    }
}
