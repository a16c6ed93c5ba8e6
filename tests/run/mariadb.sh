#!/bin/bash
# A database server for one run of tests. Everything of it lies under $scratch, a directory of the caller's.

# A MariaDB of our own on a socket, so that no server of the machine is touched. Sets $scratch/mariadb.
start_mariadb() {
    local home=$scratch/mariadb
    if [ -S "$home/socket" ]; then return 0; fi
    mkdir -p "$home"
    mariadb-install-db --no-defaults --datadir="$home/data" --auth-root-authentication-method=normal \
        --skip-test-db --user="$(id -un)" >"$home/install.log" 2>&1 || { cat "$home/install.log"; return 1; }
    run_mariadb
}

# Runs the server on the data there is; further options are passed on to it.
run_mariadb() {
    local home=$scratch/mariadb tries=0
    mariadbd --no-defaults --datadir="$home/data" --socket="$home/socket" --pid-file="$home/pid" --skip-networking \
        --user="$(id -un)" --innodb-flush-log-at-trx-commit=0 --innodb-flush-method=nosync --skip-innodb-doublewrite \
        --sql-mode=NO_ENGINE_SUBSTITUTION "$@" >>"$home/log" 2>&1 &
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
