# `make help` lists the targets. The build takes a JDK 25 and no other, see src/build/find-jdk.sh.
SHELL := /bin/sh
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

VERSION := $(shell sed -n 's:^  <version>\(.*\)</version>$$:\1:p' pom.xml)
ARCH := $(patsubst aarch64,arm64,$(patsubst x86_64,amd64,$(shell uname -m)))
NAME := holdfast-$(VERSION)-linux-$(ARCH)
DIST := target/$(NAME)
DEB := holdfast_$(VERSION)_$(ARCH).deb
# The time of everything that is built: the same commit gives the same bytes.
EPOCH := $(or $(SOURCE_DATE_EPOCH),$(shell git log -1 --format=%ct 2>/dev/null),1767225600)

# override: a JAVA_HOME from make's own command line goes through the same check.
override JAVA_HOME := $(shell JAVA_HOME='$(JAVA_HOME)' sh src/build/find-jdk.sh 2>/dev/null)
export JAVA_HOME
# Maven 3.8 uses Unsafe and a native console library; Java 25 would warn of both at each start.
MAVEN_OPTS := $(MAVEN_OPTS) --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED
export MAVEN_OPTS
MVN ?= mvn
MAVEN = $(MVN) -B -ntp -Dmaven.wagon.http.retryHandler.count=3 $(MVNFLAGS)

.PHONY: help check it crash faults soak bench-gap test fuzz mutation simulate bench dist deb train demo demo-down format clean jdk maven

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

check: jdk maven ## format, compile with Error Prone and NullAway, unit tests; no engine (one test: TEST=Name)
	$(MAVEN) com.spotify.fmt:fmt-maven-plugin:check test $(if $(TEST),-Dtest=$(TEST))

it: jdk maven ## the real parts: engine, registry, git server, Postgres (one test: IT=Name)
	bash src/it/world/packages.sh
	$(MAKE) dist deb
	$(MAVEN) verify -DskipITs=false -DskipUTs=true -Dquarkus.build.skip=true \
	  -Ddist=$(abspath $(DIST)) -Ddeb=$(abspath target/$(DEB)) $(if $(IT),-Dit.test='$(IT)')
	$(if $(IT),,sh src/build/faults-ran.sh)

crash: ## every place where the agent can die, those that leave the same state too
	$(MAKE) it IT='Crash*IT' MVNFLAGS='$(MVNFLAGS) -Dholdfast.places=all'

faults: ## each engine call of an update and of a rollback with each kind of fault; the engine killed in each phase
	$(MAKE) it IT='CallFaultsIT,EnginePhasesIT,RecreateIT,ClockIT' MVNFLAGS='$(MVNFLAGS) -Dholdfast.faults=all'

soak: ## 500 updates in a row (UPDATES=N): threads, descriptors, heap, containers, images and disks end where they began
	$(MAKE) it IT=Soak MVNFLAGS='$(MVNFLAGS) -Dholdfast.updates=$(or $(UPDATES),500)'

bench-gap: ## 10 updates and 5 broken releases under load through each proxy, and other ways beside it
	$(MAKE) it IT=GapBench

test: ## everything: check, then it
	$(MAKE) check
	$(MAKE) it

fuzz: jdk maven ## a million mutated inputs for the loader, of a new seed each time (SEED=N, ROUNDS=N)
	$(MAVEN) test -Dtest='LoaderFuzzTest#noMutated*' -Dtests.timeout=36000 -Dholdfast.seed=$(or $(SEED),$(shell date +%s)) \
	  -Dholdfast.rounds=$(or $(ROUNDS),1000000)

mutation: jdk maven ## whether the tests of the pure packages notice changes of them: at least 90 % each, an hour (one: PURE=model)
	$(MAVEN) -Pmutation test-compile
	set -e; for package in $(or $(PURE),model compose plan rollout report); do \
	  $(MAVEN) -Pmutation org.pitest:pitest-maven:mutationCoverage -Dmutation.package=$$package -Dmutation.threshold=90; \
	done

simulate: jdk maven ## every promise over 20,000 drawn runs, from a new seed each time, for the night (SEED=N, RUNS=N)
	$(MAVEN) test -Dtest='SimulationTest#promisesHoldInDrawn*' -Dtests.timeout=36000 \
	  -Dholdfast.first=$(or $(SEED),$(shell date +%s)) -Dholdfast.seeds=$(or $(RUNS),20000)

bench: jdk maven ## what the agent costs, half an hour on a quiet machine; two real hours idle: INTERVAL=30s (one part: PART=idle)
	$(MAVEN) test -Dtest=StackBench
	$(MAKE) it IT='CostBench$(if $(PART),#$(PART))' MVNFLAGS='$(MVNFLAGS) -Dholdfast.interval=$(or $(INTERVAL),1s) -Dholdfast.looks=$(or $(LOOKS),120)'

dist: target/$(NAME).tar.gz ## target/holdfast-<version>-linux-<arch>/bin/holdfast, and a tar.gz of it

demo: dist ## show the main job on this machine with a private world
	bash deploy/demo/demo.sh $(abspath $(DIST))

demo-down: ## remove everything that the demo made, and nothing else
	bash deploy/demo/down.sh

format: jdk maven ## apply google-java-format
	$(MAVEN) -q com.spotify.fmt:fmt-maven-plugin:format

clean: ## remove target
	rm -rf target

deb: target/$(DEB) ## target/holdfast_<version>_<arch>.deb, which brings its own Java

train: dist ## run the agent and the commands, and note the classes they load for the distribution's caches (root)
	bash src/build/train.sh $(abspath $(DIST))

# Folders are listed too: a deleted file shows only in its folder's time.
DIST_SOURCES := pom.xml Makefile LICENSE README.md agent.yaml.example \
  $(shell find src/main src/build docs deploy -not -path 'deploy/demo/*')

# Everything in the distribution has the commit's time, so that no time in it says when it was made; the name has the
# commit's, as another commit gives other bytes.
MADE := target/$(NAME)-$(EPOCH).made

$(MADE): $(DIST_SOURCES) | jdk maven
	$(MAVEN) package -Dmaven.test.skip=true \
	  -Dproject.build.outputTimestamp=$(shell date -u -d @$(EPOCH) +%Y-%m-%dT%H:%M:%SZ)
	bash src/build/dist.sh $(DIST) $(EPOCH)
	@rm -f target/$(NAME)-*.made; touch $@

target/$(NAME).tar.gz: $(MADE)
	tar -C target --sort=name --owner=0 --group=0 --numeric-owner --mtime=@$(EPOCH) -cf - $(NAME) | gzip -6n >$@
	@echo "built $(DIST)/bin/holdfast and $@"

target/$(DEB): $(MADE)
	bash src/build/deb.sh $(DIST) $@ $(VERSION) $(ARCH) $(EPOCH)

jdk:
	@sh src/build/find-jdk.sh >/dev/null

maven:
	@command -v $(MVN) >/dev/null || { \
	  echo 'could not find Maven ($(MVN)): install it, on Debian or Ubuntu with: apt-get install maven' >&2; exit 1; }
