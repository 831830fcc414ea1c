# One build folder for every checkout, so that a fresh clone does not compile the AWS SDKs again.
CACHE := $(or $(LAMBASTION_CACHE),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/lambastion)
export LAMBASTION_CACHE := $(CACHE)
export CARGO_TARGET_DIR ?= $(CACHE)/target
OUT ?= out
LAMBASTION := $(CARGO_TARGET_DIR)/debug/lambastion
CASES ?= 1000000
SEED ?= 1
SECONDS ?= 900
AUDIT := audit --config localstack/lambastion.toml --as-of 2026-11-22

.PHONY: help build release demo test lint unit blackbox sarif estate differential record mutants fuzz bench docs fmt refresh-actions refresh-policies refresh-expansions claim

help: ## what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: claim ## the binary, for development
	cargo build --locked

release: claim ## the binary, optimised
	cargo build --locked --release

demo: build ## audit a seeded account on this machine; reports go to out/
	@mkdir -p $(OUT)
	@python=$$(localstack/venv.sh) && $$python localstack/with.py ministack --seed -- \
	    $(LAMBASTION) $(AUDIT) --fail-on never \
	    --output json=$(OUT)/report.json --output sarif=$(OUT)/report.sarif --save-inventory $(OUT)/inventory.json
	@echo "also written: $(OUT)/report.json $(OUT)/report.sarif $(OUT)/inventory.json"

test: lint unit estate blackbox sarif ## everything; CI runs this

lint: claim ## formatting, clippy, and that only collect knows the AWS SDKs
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	git diff --exit-code -- checks/registry.rs
	@for crate in policy reference inventory audit checks report; do \
	    ! cargo tree --locked -p $$crate -e normal | grep aws- || { echo "$$crate depends on an AWS SDK"; exit 1; }; \
	done

unit: claim ## every crate on its own
	cargo test --locked --workspace --exclude lambastion

blackbox: claim ## the binary, against a scripted stub and both emulators
	cargo test --locked -p lambastion

estate: ## the seeded account and what must be found in it are in step
	@python=$$(localstack/venv.sh) && $$python localstack/seed.py --check
	@python=$$(localstack/venv.sh) && for emulator in ministack moto; do \
	    $$python localstack/with.py $$emulator --seed -- $$python localstack/probe.py $$emulator > /dev/null || exit 1; \
	done

sarif: demo ## the reports against the rules of code scanning
	tests/sarif-rules.sh $(OUT)/report.sarif src/report/golden/*.sarif
	@# The rules must be able to fail: an ARN is no path.
	@sed 's#"uri": "aws/#"uri": "arn:aws:#' src/report/golden/shop.sarif > $(OUT)/broken.sarif
	@! tests/sarif-rules.sh $(OUT)/broken.sarif > /dev/null 2>&1 || { echo "the SARIF rules find nothing"; exit 1; }

differential: claim ## the engine against another one, live (Node.js 20; CASES=1000000 SEED=1)
	cargo build --locked --release -p differential
	@simulator=$$(tests/differential/oracle.sh) && \
	    $(CARGO_TARGET_DIR)/release/differential $$simulator explain && \
	    $(CARGO_TARGET_DIR)/release/differential $$simulator compare $(CASES) $(SEED)

record: claim ## the cases that `make test` replays, anew (Node.js 20; SEED=1)
	cargo build --locked --release -p differential
	@simulator=$$(tests/differential/oracle.sh) && \
	    $(CARGO_TARGET_DIR)/release/differential $$simulator record $(SEED)

mutants: claim ## plausible bugs in the engine, one at a time: all must be caught (ONLY="NAME …")
	cargo build --locked -p mutants
	$(CARGO_TARGET_DIR)/debug/mutants . $(CACHE)/mutants $(ONLY)

fuzz: claim ## the engine's properties, with whatever libFuzzer thinks of (SECONDS=900 each; a C++ compiler)
	fuzz/run.sh $(SECONDS)

bench: claim ## how long policies and roles take to judge (ONLY="functions roles nasty")
	cargo run --locked --release -p bench -- $(ONLY)

docs: claim ## write the generated tables and golden files anew
	UPDATE=1 cargo test --locked -p checks -p report -p differential
	UPDATE=1 cargo test --locked -p lambastion --test docs

fmt: ## format the code
	cargo fmt --all

refresh-actions: ## write data/actions anew, from the source it pins
	data/actions/refresh.sh

refresh-policies: ## write data/managed-policies anew, from the source it pins
	data/managed-policies/refresh.sh

refresh-expansions: ## write data/expansions anew, from the source it pins
	data/expansions/refresh.sh

# Cargo tells freshness by modification time and knows workspace crates by their relative path, so a
# build folder that another checkout used last would pass its code off as ours.
claim:
	@mkdir -p $(CARGO_TARGET_DIR)
	@if [ "$$(cat $(CARGO_TARGET_DIR)/.checkout 2> /dev/null)" != "$(CURDIR)" ]; then \
	    git ls-files -z '*.rs' '*.toml' data | xargs -0 touch --no-create; \
	    echo "$(CURDIR)" > $(CARGO_TARGET_DIR)/.checkout; \
	fi
