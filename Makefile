# make demo      an order becomes a running VM, on a simulated cluster or on yours
# make lifecycle takes one VM through everything, there too, and compares what was asked with what Proxmox reports
# make test      every test
# make soak      many seeds of the simulation: SEEDS=2000; one with all its output: SEED=17
# make mutants   what protects a VM is taken out, piece by piece: does the simulation notice?
# make fuzz      every parser of what others wrote, for FUZZ_SECONDS=60 each; FUZZ_TARGET= takes one, SEED= replays
# make chaos     20 rounds of everything at once, and a cron killed 200 times; ROUNDS=20 KILLS=200 SEED=
# make bench     how fast it is, against what the cluster allows
# make install   builds for the PHP that runs here and puts everything into a WHMCS
# make help      all of it

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help

# The PHP to build for and to run with: a name or a path.
PHP ?= php8.2
# A WHMCS directory, for make install.
WHMCS ?=
# How long make fuzz stays with each parser, in seconds, and which one it takes: none is all.
FUZZ_SECONDS ?= 60
FUZZ_TARGET ?=
# How many rounds of make chaos, and what replays one.
ROUNDS ?= 20
KILLS ?= 200
SEED ?=

PHP_PACKAGES := php8.2-cli php8.2-dev php8.2-sqlite3 php8.2-xml php8.2-mbstring
BUILD_PACKAGES := ca-certificates gcc libc6-dev binutils clang libclang-dev
HOST_PACKAGES := php-illuminate-database smarty4 util-linux
TEST_PACKAGES := phpunit php-codesniffer php-parser php8.2-mysql php8.2-curl php8.2-fpm php8.2-cgi nginx-light smarty3 mariadb-server chromium chromium-driver curl git pdns-server pdns-backend-sqlite3

# Node's own packages bring npm with them, and Debian's npm does not go beside those.
NODE_PACKAGES := $(if $(shell command -v npm),,nodejs npm)

EXTENSION := libpuq_proxmox_kvm.so
DEMO_EXTENSION := $(CURDIR)/target/release-php/release/$(EXTENSION)
DEMO_SIMULATOR := $(CURDIR)/target/core/debug/pve-sim
TEST_EXTENSION := $(CURDIR)/target/php/debug/$(EXTENSION)
export TEST_EXTENSION DEMO_EXTENSION DEMO_SIMULATOR

# Whether the library is in $clang; libclang-cpp is another one.
has_libclang = compgen -G "$$clang/libclang.so*" >/dev/null || compgen -G "$$clang/libclang-[0-9]*.so*" >/dev/null

# For recipes that build the extension. bindgen reads the headers of the PHP that PHP_CONFIG names, by the libclang that
# LIBCLANG_PATH names or by the newest here; ext-php-rs wants PHP as a path.
define toolchain
PHP=$$(command -v $(PHP)) || { echo "There is no $(PHP): say PHP=…"; exit 1; }
name=$$(basename "$$PHP")
beside=$$(dirname "$$PHP")/php-config$${name#php}
if [ -n "$${PHP_CONFIG:-}" ]; then
	named=$$PHP_CONFIG
	PHP_CONFIG=$$(command -v "$$named") && [ -f "$$PHP_CONFIG" ] \
		|| { echo "There is no php-config at PHP_CONFIG=$$named: name the program itself, or leave it out."; exit 1; }
else
	PHP_CONFIG=$$(command -v "$$beside" || command -v php-config$${name#php} || command -v php-config) \
		|| { echo "There is no php-config for $(PHP): install its development package."; exit 1; }
fi
export PHP PHP_CONFIG
if [ "$$("$$PHP_CONFIG" --version 2>/dev/null)" != "$$("$$PHP" -r 'echo PHP_VERSION;')" ]; then
	echo "$$PHP_CONFIG belongs to another PHP than $$PHP."; exit 1
fi
if [ "$$("$$PHP" -r 'echo PHP_ZTS;')" != 0 ]; then echo "$$PHP is a thread-safe build, which is not supported."; exit 1; fi
if [ -n "$${LIBCLANG_PATH:-}" ]; then
	# A directory or the library itself; else bindgen would say so on many lines, after minutes.
	if [ -d "$$LIBCLANG_PATH" ]; then clang=$$LIBCLANG_PATH; else clang=$$(dirname "$$LIBCLANG_PATH"); fi
	if [ ! -r "$$LIBCLANG_PATH" ] || ! { $(has_libclang); } \
		|| { [ ! -d "$$LIBCLANG_PATH" ] && [[ "$$LIBCLANG_PATH" != */libclang[.-]*so* ]]; }; then
		echo "There is no libclang at LIBCLANG_PATH=$$LIBCLANG_PATH: name the directory it is in, or leave it out."; exit 1
	fi
else
	# The newest that has its own compiler beside it: headers are looked for where clang says, and those of another
	# version than the library's do not compile.
	for llvm in $$(ls -d /usr/lib/llvm-* 2>/dev/null | sort -rV); do
		clang=$$llvm/lib
		if [ -x "$$llvm/bin/clang" ] && { $(has_libclang); }; then
			export LIBCLANG_PATH="$$clang"
			break
		fi
	done
	if [ -z "$${LIBCLANG_PATH:-}" ]; then echo "There is no libclang: install clang and libclang-dev, or set LIBCLANG_PATH."; exit 1; fi
fi
if [ -z "$${CLANG_PATH:-}" ] && [ -x "$$clang/../bin/clang" ]; then export CLANG_PATH="$$clang/../bin/clang"; fi
endef

# A build without the feature `php` leaves a library of the same name that PHP cannot load.
define check_extension
if ! nm -D --defined-only "$$built" | grep -q ' get_module$$'; then
	echo "$$built is no PHP extension: it has no get_module."; exit 1
fi
endef

.PHONY: help
help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile
	@echo "make build     the release build of the extension, for PHP=$(PHP), and the scripts of the pages"
	@echo "make demo-clean  removes from your cluster what the demo made there"
	@echo "make lint      formatting, clippy, code style, syntax"

.PHONY: packages test-packages
packages:
	@tests/demo/packages $(PHP_PACKAGES) $(BUILD_PACKAGES) $(HOST_PACKAGES) $(NODE_PACKAGES)

test-packages:
	@tests/demo/packages $(PHP_PACKAGES) $(BUILD_PACKAGES) $(HOST_PACKAGES) $(NODE_PACKAGES) $(TEST_PACKAGES)
	tests/host/jquery
	$(MAKE) --no-print-directory pages

# The scripts of the pages, with the libraries that php/web/package-lock.json names; the bundles are not committed.
PAGES := php/modules/servers/puqProxmoxKVM/assets/built
.PHONY: pages
pages: $(PAGES)/client.js $(PAGES)/staff.js

php/web/node_modules/.package-lock.json: php/web/package-lock.json
	@command -v npm >/dev/null || { echo "There is no npm: install nodejs and npm."; exit 1; }
	cd php/web && npm ci --no-audit --no-fund --ignore-scripts --loglevel=error
	touch node_modules/.package-lock.json

$(PAGES)/client.js $(PAGES)/staff.js &: php/web/node_modules/.package-lock.json php/web/build.mjs $(wildcard php/web/src/*.* php/web/src/*/*.*)
	@cd php/web && node build.mjs

.PHONY: build simulator test-extension toolchain
# Whether what compiles the extension is there, and nothing more.
toolchain:
	@$(toolchain)

build: pages
	@$(toolchain)
	CARGO_TARGET_DIR=target/release-php cargo build --release --lib --locked
	built='$(DEMO_EXTENSION)'
	$(check_extension)

simulator:
	@CARGO_TARGET_DIR=target/core cargo build --package pve-sim --locked

test-extension: pages
	@$(toolchain)
	CARGO_TARGET_DIR=target/php cargo build --lib --features selftest --locked
	built='$(TEST_EXTENSION)'
	$(check_extension)

# With PVE_URL PVE_TOKEN_ID PVE_TOKEN_SECRET [PVE_FINGERPRINT PVE_TEMPLATE PVE_NODE PVE_STORAGE PVE_BRIDGE
# PVE_POOL=start-stop/prefix,gateway] it runs on that cluster. ONCE=1 ends instead of serving; PORT=8080.
.PHONY: demo demo-clean
demo: packages
	@$(MAKE) --no-print-directory build simulator
	exec $(PHP) tests/demo/demo run

demo-clean:
	@exec $(PHP) tests/demo/demo clean

# The same values; a guest there gets PVE_BOOT=60 seconds to boot before it is asked to shut down. It removes what it
# made, also after a failure or Ctrl-C.
.PHONY: lifecycle
lifecycle: packages
	@$(MAKE) --no-print-directory build simulator
	exec $(PHP) tests/lifecycle/lifecycle

# One part: make test PART=host. The parts are listed in tests/run/all.
.PHONY: test lint
test: test-packages
	@$(toolchain)
	exec tests/run/all $(PART)

# Everything at once, killed over and over, against a cluster that fails, ROUNDS times; then one cron killed KILLS times.
# Replayed by SEED.
.PHONY: chaos
chaos: test-packages
	@$(toolchain)
	$(MAKE) --no-print-directory test-extension simulator
	scratch=$$(mktemp -d)
	source tests/run/mariadb.sh
	trap 'stop_mariadb; rm -rf "$$scratch"' EXIT
	start_mariadb
	STANDIN_MYSQL_DSN=$$(dsn chaos) ROUNDS=$(ROUNDS) KILLS=$(KILLS) SEED=$(SEED) $$PHP tests/chaos/chaos

lint: test-packages
	@$(toolchain)
	exec tests/run/all lint

# What the pages ask and are answered, written anew for PHP, for the scripts and for the tests: make shapes
.PHONY: shapes
shapes:
	@$(toolchain)
	SHAPES_WRITE=1 CARGO_TARGET_DIR=target/core cargo test --quiet --no-default-features --locked --lib page_operations::shapes

# Thousands of worlds out of one seed each: make soak SEEDS=2000 [FIRST_SEED=1]; SEED=17 replays one with all it did.
.PHONY: soak mutants
soak:
	@SEEDS=$(SEEDS) FIRST_SEED=$(FIRST_SEED) SEED=$(SEED) THREADS=$(THREADS) CARGO_TARGET_DIR=target/core \
		cargo test --quiet --profile soak --no-default-features --locked --test soak

# Takes the owner mark, the operation row, the UPID, the compare-and-set and the lease out, one at a time: each time the
# simulation must notice.
mutants:
	@SEEDS=$(SEEDS) exec tests/mutants/run

# Texts near those kept in tests/fuzz/seeds, into each parser. A text that breaks one is printed.
.PHONY: fuzz
fuzz:
	@FUZZ_SECONDS=$(FUZZ_SECONDS) FUZZ_TARGET=$(FUZZ_TARGET) SEED=$(SEED) CARGO_TARGET_DIR=target/core nice -n 19 \
		cargo test --quiet --no-default-features --locked --test fuzz -- --nocapture each_target

# Minutes long; on a busy machine the figures that are times say little. BENCH_ONLY=rest,loading takes parts of it.
.PHONY: bench
bench: test-packages
	@$(MAKE) --no-print-directory build
	CARGO_TARGET_DIR=target/bench cargo build --release --package pve-sim --locked
	CARGO_TARGET_DIR=target/core cargo bench --profile dev --no-default-features --bench inside --no-run --locked
	export BENCH_CORE='CARGO_TARGET_DIR=target/core cargo bench --quiet --profile dev --no-default-features --bench inside --locked'
	DEMO_SIMULATOR='$(CURDIR)/target/bench/release/pve-sim' exec $(PHP) tests/bench/bench

.PHONY: install whmcs-there
whmcs-there:
	@if [ ! -f "$(WHMCS)/init.php" ]; then echo "Say where WHMCS is: make install WHMCS=/var/www/whmcs"; exit 1; fi

install: whmcs-there build
	@$(toolchain)
	# Renamed into place: PHP processes that run have the old file mapped, and writing into it would crash them.
	extensions=$$("$$PHP_CONFIG" --extension-dir)
	install -D -m 644 '$(DEMO_EXTENSION)' "$$extensions/puq_proxmox_kvm.so.new"
	mv -f "$$extensions/puq_proxmox_kvm.so.new" "$$extensions/puq_proxmox_kvm.so"
	version=$$($$PHP -r 'echo PHP_MAJOR_VERSION, ".", PHP_MINOR_VERSION;')
	scanned=$$($$PHP -r 'echo explode(",", (string) php_ini_scanned_files())[0];' | xargs -r dirname)
	if [[ "$$scanned" == /etc/php/* ]] && command -v phpenmod >/dev/null; then
		echo "extension=puq_proxmox_kvm" > "/etc/php/$$version/mods-available/puq_proxmox_kvm.ini"
		phpenmod -v "$$version" puq_proxmox_kvm
	elif [ -n "$$scanned" ]; then
		echo "extension=puq_proxmox_kvm" > "$$scanned/puq_proxmox_kvm.ini"
	else
		echo "Add this line to php.ini: extension=puq_proxmox_kvm"
	fi
	# Who may read dns.php on Apache is written into this file by the admin: an update keeps it.
	readers="$(WHMCS)/modules/servers/puqProxmoxKVM/lib/dns/.htaccess"
	kept=$$(cat "$$readers" 2>/dev/null || true)
	cp -R php/modules/. "$(WHMCS)/modules/"
	if [ -n "$$kept" ]; then echo "$$kept" > "$$readers"; fi
	if [ "$$(id -u)" = 0 ]; then
		for module in servers/puqProxmoxKVM addons/puq_proxmox_kvm; do
			chown -R --reference="$(WHMCS)/init.php" "$(WHMCS)/modules/$$module"
		done
	fi
	if ! $$PHP -m | grep -qx puq_proxmox_kvm; then
		echo "$$PHP does not load the extension yet; see the line above."; exit 1
	fi
	echo "The extension is loaded in $$PHP, and both modules are in $(WHMCS)/modules."
	echo "Now let PHP on the web load it too: systemctl reload php$$version-fpm (or apache2, for mod_php)."
	echo "Then activate the addon \"PUQ Proxmox KVM\" in WHMCS, and add to the crontab of the user of the web server:"
	echo "* * * * * $$PHP -q $$(printf %q "$(WHMCS)")/modules/addons/puq_proxmox_kvm/cron.php"

.PHONY: clean
clean:
	@rm -rf target .demo/simulator
