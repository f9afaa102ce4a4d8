# Sluice needs Swift 6.2 or newer and, on Debian or Ubuntu, packages that `make packages` installs; tests need some
# more, real servers among them: `make test-packages`.

# The compiler keeps the walls between the modules: an import that a target does not declare fails the build. The same
# flags everywhere, or SwiftPM plans and compiles everything again.
SWIFT_FLAGS := --explicit-target-dependency-import-check error

# Swift keeps caches below HOME and fails without. Whoever has no home that can be written gets one beside the build.
ifneq ($(shell mkdir -p "$$HOME/.cache" 2>/dev/null && test -w "$$HOME/.cache" && echo yes),yes)
export HOME := $(CURDIR)/.build/home
$(shell mkdir -p "$(HOME)")
endif

.DEFAULT_GOAL := help
.PHONY: help run build test bench bench-quick bench-packages torture torture-quick packages test-packages fuzz walls format
.PHONY: lint clean schemas

help: ## What can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: build ## Build Sluice and show it at work: channels, quarantine, handlers, replies
	@.build/release/sluice demo --for 20s

build: packages ## Build the program, .build/release/sluice
	swift build -c release --product sluice $(SWIFT_FLAGS)

test: ## Everything that must pass before a change is taken, with the time that each part took
	@SWIFT_FLAGS='$(SWIFT_FLAGS)' .ci/test.sh

# The JSON is for comparisons, the Markdown is what docs/performance.md shows.
BENCH = .build/release/sluice-bench --json .build/bench.json --markdown .build/bench.md

bench: build bench-packages ## Measure it: every way in, 26 months replayed, each stage, sick channels; about twenty minutes
	swift build -c release --product sluice-bench $(SWIFT_FLAGS)
	$(BENCH)

bench-quick: build bench-packages ## The same in less than three minutes, with a shorter replay
	swift build -c release --product sluice-bench $(SWIFT_FLAGS)
	$(BENCH) --quick

# Disks of their own want root.
AS_ROOT := $(shell [ "$$(id -u)" -eq 0 ] || echo sudo)

torture: test-packages ## Break it from outside in every way we know and look for what is lost
	swift build --product sluice $(SWIFT_FLAGS)
	swift build --product PowerCut $(SWIFT_FLAGS)
	@# Half an hour of power cuts beside twenty minutes of the rest, which waits more than it works.
	.build/debug/PowerCut --cuts 2000 --rounds 8 --records 60 >.build/power-cuts.txt 2>&1 & cuts=$$!; \
	$(AS_ROOT) Tests/Torture/run.py all --json .build/torture.json; rest=$$?; \
	wait $$cuts; cuts=$$?; cat .build/power-cuts.txt; \
	[ $$cuts -eq 0 ] && [ $$rest -eq 0 ]
	SLUICE_TAMPER=full swift test --disable-xctest $(SWIFT_FLAGS) --filter TamperMatrixTests
	swift build -c release --product sluice $(SWIFT_FLAGS)
	swift build -c release --product sluice-bench $(SWIFT_FLAGS)
	.build/release/sluice-bench --parts soak --soak 600 --json .build/soak.json

torture-quick: test-packages ## As much of that as a few minutes hold; `make test` runs this part too
	swift build --product sluice $(SWIFT_FLAGS)
	$(AS_ROOT) Tests/Torture/run.py all --quick

fuzz: test-packages ## Feed what reads foreign bytes with whatever breaks it, FUZZ_SECONDS (60) for each target
	Tests/Fuzz/run.sh

packages: ## Install the Debian packages that the build needs and that are missing
	@.ci/packages.sh build

# Not there, the neighbour is left out: nothing else needs them.
bench-packages:
	@.ci/packages.sh bench || echo "bench: the neighbour is left out"

test-packages: ## The same for the tests
	@.ci/packages.sh test

walls: ## Try every forbidden import: the build must refuse it
	@SWIFT_FLAGS='$(SWIFT_FLAGS)' Tests/Walls/check.sh

format: ## Format the sources in place
	swift format --in-place --recursive --parallel Package.swift Sources Plugins Tests Benchmarks

schemas: ## Write the JSON Schemas that the first lines of the configuration name, for editors
	@mkdir -p channel-configs/schema
	@for subject in channel handler external relay internal; do \
		swift run $(SWIFT_FLAGS) --quiet sluice schema $$subject >channel-configs/schema/$$subject.json; done

lint: ## Say what `make format` and the style rules would change
	swift format lint --strict --recursive --parallel Package.swift Sources Plugins Tests Benchmarks

clean: ## Remove what was built
	rm -rf .build
