#!/bin/bash
# The parts of the tests, one function each. Their output is what tests/run/all counts.

export CARGO_TERM_COLOR=never

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
    git ls-files -z '*.php' tests/host/standin tests/demo/demo tests/kill/kill tests/lifecycle/lifecycle \
        | xargs -0 -n 40 -P 2 sh -c 'for file; do "$PHP" -l "$file" >/dev/null || exit 255; done' sh
}

bash_syntax() {
    local file
    for file in .ci/run tests/demo/packages tests/run/all tests/run/parts.sh; do bash -n "$file" || return 1; done
}

run_phpunit() {
    "$PHP" "$(command -v phpunit)" "$@"
}

part_lint() {
    check 'rustfmt' cargo fmt --all --check
    check 'clippy without PHP' env CARGO_TARGET_DIR=target/core \
        cargo clippy --workspace --all-targets --no-default-features --locked -- -D warnings
    check 'clippy with PHP' env CARGO_TARGET_DIR=target/php \
        cargo clippy --lib --features selftest --locked -- -D warnings
    check 'code style of the modules' phpcs -q --standard=tests/php_modules/phpcs.xml php/modules tests/php_modules
    check 'code style of the test programs' phpcs -q --standard=tests/php_modules/phpcs.xml \
        tests/demo tests/kill tests/contract tests/lifecycle
    check 'code style of the stand-in' phpcs -q --standard=PSR12 --extensions=php \
        tests/host/src tests/host/tests tests/host/whmcs
    check 'PHP syntax' php_syntax
    check 'shell syntax' bash_syntax
    check 'what WHMCS 8.0 has not' "$PHP" tests/host/standin lint --modules php/modules
}

part_core() {
    CARGO_TARGET_DIR=target/core cargo test --workspace --no-default-features --no-fail-fast --locked
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
    local test
    for test in Life Pages; do contract "$test"; done
    start_mariadb || return 1
    for test in Life Pages; do STANDIN_MYSQL_DSN=$(dsn contract) contract "$test"; done
    for test in Life Pages; do STANDIN_SQL_STRICT=1 STANDIN_MYSQL_DSN=$(dsn contract) contract "$test"; done
}

contract() {
    echo "$1 on ${STANDIN_MYSQL_DSN:-SQLite}${STANDIN_SQL_STRICT:+ in strict mode}"
    run_phpunit --no-configuration --do-not-cache-result "tests/contract/$1Test.php"
}

part_browser() {
    make --no-print-directory test-extension simulator || return 1
    contract Browser
}

part_demo() {
    check 'make demo ONCE=1' make --no-print-directory demo ONCE=1 DEMO_DIR="$scratch/demo"
    check 'no secret of it in a log' env STANDIN_ROOT="$scratch/demo/simulator/site" "$PHP" tests/host/standin leaks
    make --no-print-directory test-extension || return 1
    contract Demo
}

part_lifecycle() {
    make --no-print-directory test-extension simulator || return 1
    check 'make lifecycle, on the simulator' env DEMO_EXTENSION="$TEST_EXTENSION" DEMO_DIR="$scratch/lifecycle" \
        "$PHP" tests/lifecycle/lifecycle
    contract Lifecycle
}

part_kill() {
    make --no-print-directory test-extension simulator || return 1
    tests/kill/kill
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

# A MariaDB of our own on a socket, so that no server of the machine is touched. Sets $scratch/mariadb.
start_mariadb() {
    local home=$scratch/mariadb tries=0
    if [ -S "$home/socket" ]; then return 0; fi
    mkdir -p "$home"
    mariadb-install-db --no-defaults --datadir="$home/data" --auth-root-authentication-method=normal \
        --skip-test-db --user="$(id -un)" >"$home/install.log" 2>&1 || { cat "$home/install.log"; return 1; }
    mariadbd --no-defaults --datadir="$home/data" --socket="$home/socket" --pid-file="$home/pid" --skip-networking \
        --user="$(id -un)" --innodb-flush-log-at-trx-commit=0 --innodb-flush-method=nosync --skip-innodb-doublewrite \
        --sql-mode=NO_ENGINE_SUBSTITUTION >"$home/log" 2>&1 &
    until [ -S "$home/socket" ] && mariadb-admin --no-defaults --socket="$home/socket" -uroot ping >/dev/null 2>&1; do
        tries=$((tries + 1))
        if [ "$tries" -gt 300 ]; then cat "$home/log"; return 1; fi
        sleep 0.1
    done
}

dsn() {
    echo "mysql://root:@localhost/$1?socket=$scratch/mariadb/socket"
}

stop_mariadb() {
    if [ -f "$scratch/mariadb/pid" ]; then
        local id
        id=$(cat "$scratch/mariadb/pid")
        kill "$id" 2>/dev/null
        while kill -0 "$id" 2>/dev/null; do sleep 0.1; done
    fi
}
