# Everything a fresh machine with the Swift toolchain needs; see README.md.
PREFIX ?= /usr/local
PACKAGES := libzstd-dev liblz4-dev libxxhash-dev libisal-dev libpcre2-dev libyaml-dev
# Looking for overlapping accesses while it runs takes two to four hundredths of a hunt with thousands of rules. Tests do look.
RELEASE := swift build -c release --product trawl --static-swift-stdlib -Xswiftc -enforce-exclusivity=unchecked
TRAWL := .build/release/trawl
DEMO := .build-demo

.PHONY: hunt test lint setup build demo install bench clean

## Build, make a small demo archive set with planted findings, and hunt through it.
hunt: demo
	$(TRAWL) hunt --format table $(DEMO)

## Run all tests. Those over real telemetry and content want a folder ../shared, or TRAWL_SHARED; without it they are skipped
## and say so.
test: setup
	swift test

## Check the style.
lint:
	swift format lint --strict --recursive --parallel Package.swift Sources Tests \
	  Benchmarks/Package.swift Benchmarks/Engine Benchmarks/Kernels

## Install the Debian packages that are missing.
setup:
	@missing=""; for package in $(PACKAGES); do \
	  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'install ok installed' || missing="$$missing $$package"; \
	done; \
	if [ -n "$$missing" ]; then \
	  echo "installing$$missing"; \
	  if [ "$$(id -u)" -eq 0 ]; then as=""; else as="sudo"; fi; \
	  $$as apt-get update -qq && $$as env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$missing >/dev/null; \
	fi

build: setup
	$(RELEASE)

demo: build
	@rm -rf $(DEMO)
	$(TRAWL) generate $(DEMO) --size 24M --findings 12 --near-misses 20

install: build
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1 \
	  $(DESTDIR)$(PREFIX)/share/bash-completion/completions $(DESTDIR)$(PREFIX)/share/zsh/site-functions \
	  $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	install -m 755 $(TRAWL) $(DESTDIR)$(PREFIX)/bin/trawl
	$(TRAWL) manual > $(DESTDIR)$(PREFIX)/share/man/man1/trawl.1
	$(TRAWL) --generate-completion-script bash > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/trawl
	$(TRAWL) --generate-completion-script zsh > $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_trawl
	$(TRAWL) --generate-completion-script fish > $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/trawl.fish

## Compare whole commands with the other programs that are installed, and hunts with more and more rules.
bench: build
	python3 Benchmarks/compare.py --trawl $(TRAWL)
	python3 Benchmarks/curve.py --trawl $(TRAWL) --runs 5

clean:
	rm -rf .build .build-demo .build-bench Benchmarks/.build
