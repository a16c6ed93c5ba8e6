#!/bin/bash
# The parts of the tests, one function each. Their output is what tests/run/all counts.

export CARGO_TERM_COLOR=never
source tests/run/mariadb.sh

# Runs a command and says under a name whether it went well; on failure with its output.
check() {
    local name=$1 output
    shift
    if output=$("$@" 2>&1); then
        echo "ok - $name"
    else
        printf '%s\nnot ok - %s\n' "$output" "$name"
    fi
}

php_syntax() {
    git ls-files -z '*.php' tests/host/standin tests/demo/demo tests/bench/bench tests/chaos/chaos \
        tests/lifecycle/lifecycle tests/odd/odd \
        | xargs -0 -n 40 -P 2 sh -c 'for file; do "$PHP" -l "$file" >/dev/null || exit 255; done' sh
}

bash_syntax() {
    local file
    for file in .ci/run tests/mutants/run tests/demo/packages tests/host/jquery tests/run/all tests/run/*.sh; do bash -n "$file" || return 1; done
}

run_phpunit() {
    "$PHP" "$(command -v phpunit)" "$@"
}

# A contract test that no part names is never run, and nobody notices.
every_contract_test_is_run() {
    local file name
    for file in tests/contract/*Test.php; do
        name=$(basename "$file" Test.php)
        grep -qE "(tests=|for test in|contract ).*\\b$name\\b" tests/run/parts.sh || { echo "$name"; return 1; }
    done
}

# The modules are public for the tests alone. Shut, in a copy, the compiler names every item that nothing in src uses.
every_item_has_a_caller() {
    local closed=$scratch/closed
    mkdir -p "$closed/tests"
    cp -r Cargo.toml Cargo.lock build.rs src "$closed"
    cp -r tests/sim "$closed/tests"
    sed -i 's/^pub mod /mod /' "$closed/src/lib.rs"
    CARGO_TARGET_DIR=target/php cargo rustc --profile check --lib --locked --manifest-path "$closed/Cargo.toml" \
        -- -D dead_code
}

part_lint() {
    check 'every contract test is run' every_contract_test_is_run
    check 'rustfmt' cargo fmt --all --check
    check 'clippy without PHP' env CARGO_TARGET_DIR=target/core \
        cargo clippy --workspace --all-targets --no-default-features --locked -- -D warnings
    check 'clippy with PHP' env CARGO_TARGET_DIR=target/php \
        cargo clippy --lib --features selftest --locked -- -D warnings
    check 'the documentation' env CARGO_TARGET_DIR=target/core RUSTDOCFLAGS='-D warnings' \
        cargo doc --no-deps --document-private-items --no-default-features --locked --quiet
    check 'every item has a caller' every_item_has_a_caller
    check 'code style' phpcs -q --standard=tests/php_modules/phpcs.xml php/modules tests/php_modules tests/support \
        tests/demo tests/bench tests/chaos tests/contract tests/lifecycle tests/odd \
        tests/host/src tests/host/tests tests/host/whmcs
    check 'PHP syntax' php_syntax
    check 'shell syntax' bash_syntax
    check 'the scripts of the pages keep to the types of the operations' page_scripts
    check 'every mutant takes something out' tests/mutants/run --edits
    check 'a LIBCLANG_PATH is looked at first' libclang_path
    check 'a PHP_CONFIG is looked at first' php_config
    check 'what WHMCS 8.0 has not' "$PHP" tests/host/standin lint --modules php/modules
}

# What a script asks for or reads of an answer is in php/web/src/operations.d.ts; and a name that is not is noticed.
page_scripts() {
    local types=php/web/node_modules/.bin/tsc wrong=$scratch/scripts
    "$types" -p php/web || return 1
    mkdir -p "$wrong" && cp -r php/web/src php/web/tsconfig.json "$wrong" && ln -s "$PWD/php/web/node_modules" "$wrong" || return 1
    sed -i 's/this\.data\.policy_in\b/this.data.usable/' "$wrong"/src/*/*.js
    ! "$types" -p "$wrong" >"$scratch/scripts.log" && grep -q "'usable' does not exist" "$scratch/scripts.log" || { cat "$scratch/scripts.log"; return 1; }
}

# One that names no libclang is refused before anything is compiled, in one sentence; one that does is taken.
libclang_path() {
    local named said library
    library=$(ls /usr/lib/llvm-*/lib/libclang.so.1 2>/dev/null | head -1)
    for named in /nowhere "$library-not" "$scratch" /etc/hostname "$(dirname "$library")/libclang-cpp.so.99"; do
        said=$(LIBCLANG_PATH=$named make --no-print-directory toolchain 2>&1) && { echo "$named is taken"; return 1; }
        [ "$(grep -vcE '^make(\[[0-9]+\])?: ' <<<"$said")" = 1 ] && grep -qF "LIBCLANG_PATH=$named:" <<<"$said" || { echo "$said"; return 1; }
    done
    mkdir -p "$scratch/a blank" && ln -sf "$library" "$scratch/a blank/" || return 1
    for named in "$library" "$(dirname "$library")" "$scratch/a blank" ""; do
        LIBCLANG_PATH=$named make --no-print-directory toolchain || { echo "$named is refused"; return 1; }
    done
}

# The same of the program that tells where the headers of PHP are.
php_config() {
    local named said program
    program=$(command -v "$PHP_CONFIG")
    mkdir -p "$scratch/an other" && ln -sf "$program" "$scratch/an other/php-config" || return 1
    printf '#!/bin/sh\necho 7.0.0\n' >"$scratch/an other/of 7.0" && chmod +x "$scratch/an other/of 7.0" || return 1
    for named in /nowhere "$scratch" /etc/hostname "$scratch/an other/of 7.0"; do
        said=$(PHP_CONFIG=$named make --no-print-directory toolchain 2>&1) && { echo "$named is taken"; return 1; }
        [ "$(grep -vcE '^make(\[[0-9]+\])?: ' <<<"$said")" = 1 ] && grep -qF "$named" <<<"$said" || { echo "$said"; return 1; }
    done
    for named in "$program" "$scratch/an other/php-config" ""; do
        PHP_CONFIG=$named make --no-print-directory toolchain || { echo "$named is refused"; return 1; }
    done
}

part_core() {
    CARGO_TARGET_DIR=target/core cargo test --workspace --no-default-features --no-fail-fast --locked
}

# A PowerDNS of our own, on ports of its own.
part_dns() {
    CARGO_TARGET_DIR=target/core cargo test --no-default-features --no-fail-fast --locked --test dns_powerdns
}

part_extension() {
    make --no-print-directory test-extension || return 1
    PUQ_EXTENSION=$TEST_EXTENSION CARGO_TARGET_DIR=target/core \
        cargo test --no-default-features --no-fail-fast --locked --test php_ext
}

part_modules() {
    run_phpunit --no-configuration --do-not-cache-result tests/php_modules
}

part_host() {
    echo 'on SQLite'
    run_phpunit --no-configuration --do-not-cache-result tests/host/tests
    start_mariadb || return 1
    echo 'on MariaDB as WHMCS sets it'
    STANDIN_MYSQL_DSN=$(dsn host) run_phpunit --no-configuration --do-not-cache-result tests/host/tests
    echo 'on MariaDB in strict mode'
    STANDIN_SQL_STRICT=1 STANDIN_MYSQL_DSN=$(dsn host) run_phpunit --no-configuration --do-not-cache-result tests/host/tests
}

part_contract() {
    make --no-print-directory test-extension simulator || return 1
    local test tests='Operations Pages Refused Allocation Import Tables Machines Typed Hanging'
    for test in $tests Away; do contract "$test"; done
    start_mariadb || return 1
    for test in $tests; do STANDIN_MYSQL_DSN=$(dsn contract) contract "$test"; done
    # The other reading of what WHMCS does not document.
    export STANDIN_STORED=raw STANDIN_PARAMS=lose
    for test in $tests; do STANDIN_SQL_STRICT=1 STANDIN_MYSQL_DSN=$(dsn contract) contract "$test"; done
}

contract() {
    echo "$1 on ${STANDIN_MYSQL_DSN:-SQLite}${STANDIN_SQL_STRICT:+ in strict mode}"
    run_phpunit --no-configuration --do-not-cache-result "tests/contract/$1Test.php"
}

part_browser() {
    make --no-print-directory test-extension simulator || return 1
    local test
    for test in AddonPages Browser Clicks Keyboard Markup Panels Parts Staff States Themes Whmcs; do contract "$test"; done
}

part_demo() {
    check 'make demo ONCE=1' make --no-print-directory demo ONCE=1 DEMO_DIR="$scratch/demo"
    check 'no secret of it in a log' env STANDIN_ROOT="$scratch/demo/simulator/site" "$PHP" tests/host/standin leaks
    make --no-print-directory test-extension || return 1
    contract Demo
}

part_lifecycle() {
    make --no-print-directory test-extension simulator || return 1
    export DEMO_EXTENSION=$TEST_EXTENSION DEMO_DIR=$scratch/lifecycle
    check 'each operation by the command line, on SQLite' "$PHP" tests/lifecycle/lifecycle
    check 'each operation over HTTP, on SQLite' env HAND=browser "$PHP" tests/lifecycle/lifecycle
    start_mariadb || return 1
    # In the other reading of what WHMCS does not document.
    export STANDIN_MYSQL_DSN=$(dsn lifecycle) STANDIN_SQL_STRICT=1 STANDIN_STORED=raw STANDIN_PARAMS=lose
    check 'each operation by the command line, on MariaDB' "$PHP" tests/lifecycle/lifecycle
    check 'each operation over HTTP, on MariaDB' env HAND=browser "$PHP" tests/lifecycle/lifecycle
    unset STANDIN_MYSQL_DSN STANDIN_SQL_STRICT STANDIN_STORED STANDIN_PARAMS
    contract Lifecycle
}

part_odd() {
    make --no-print-directory test-extension simulator || return 1
    local count=${COUNT:-10000}
    echo 'on SQLite'
    COUNT=$((count * 8 / 10)) "$PHP" tests/odd/odd
    start_mariadb || return 1
    echo 'on MariaDB in strict mode'
    STANDIN_SQL_STRICT=1 STANDIN_MYSQL_DSN=$(dsn odd) COUNT=$((count * 2 / 10)) "$PHP" tests/odd/odd
}

part_chaos() {
    make --no-print-directory test-extension simulator || return 1
    start_mariadb || return 1
    ROUNDS=${ROUNDS:-2} STANDIN_MYSQL_DSN=$(dsn chaos) "$PHP" tests/chaos/chaos
}

# What looks like a real credential.
part_secrets() {
    # A real key goes on with a long line; those of the tests are three letters.
    check 'no private key is committed' \
        sh -c '! git grep -hIE -A1 "BEGIN [A-Z ]*PRIVATE KEY-----" -- . | grep -E "^[A-Za-z0-9+/=]{40,}"'
    check 'no cloud or code-host credential is committed' \
        sh -c '! git grep -nIE "(AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36}|glpat-[A-Za-z0-9_-]{20}|xox[bap]-[0-9]{6,})" -- .'
    check 'no token secret outside tests is committed' \
        sh -c '! git grep -nIiE "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}" -- src php stubs Makefile .ci README.md \
            | grep -vE "00000000-|11111111-|aaaaaaaa-|12345678-"'
    check 'the state of the demo is not committed' sh -c '[ -z "$(git ls-files .demo target)" ]'
}
