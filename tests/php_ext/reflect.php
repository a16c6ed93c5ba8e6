<?php

// Prints the functions and classes of the namespace, one line each: of the stub given as argument, else of the extension.

declare(strict_types=1);

$inside = static function (string $name): bool {
    return stripos($name, 'Puq\\ProxmoxKvm\\') === 0 && stripos($name, 'Puq\\ProxmoxKvm\\Selftest\\') !== 0;
};

if (isset($argv[1])) {
    require $argv[1];
    $functions = get_defined_functions()['user'];
} else {
    $functions = get_extension_funcs('puq_proxmox_kvm');
}

$lines = [];
foreach (array_filter($functions, $inside) as $name) {
    $function = new ReflectionFunction($name);
    $lines[] = 'function ' . $function->getName() . ': ' . $function->getReturnType();
    foreach ($function->getParameters() as $parameter) {
        $default = $parameter->isDefaultValueAvailable() ? ' = ' . var_export($parameter->getDefaultValue(), true) : '';
        $lines[] = sprintf(
            'function %s #%d %s%s $%s%s',
            $function->getName(),
            $parameter->getPosition(),
            $parameter->isPassedByReference() ? '&' : '',
            $parameter->getType(),
            $parameter->getName(),
            $default
        );
    }
}
foreach (array_filter(get_declared_classes(), $inside) as $name) {
    $class = new ReflectionClass($name);
    $parent = $class->getParentClass();
    $lines[] = sprintf(
        'class %s extends %s, %s',
        $class->getName(),
        $parent ? $parent->getName() : 'nothing',
        $class->isInstantiable() ? 'can be made' : 'cannot be made'
    );
}
sort($lines);
echo implode("\n", $lines), "\n";
