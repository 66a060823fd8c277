# lomsong: one non-recursive Makefile. Objects go to build/$(MODE).
#
#   make            the programs            make demo    survey the sample commune
#   make check      lint and all tests      make asan    all tests under ASan and UBSan
#   make check-long drives, kills and power cuts as many as take half an hour
#   make fuzz       SECONDS=60 per target   make bench   measure
#                   TARGETS="places" for some of them
#   make check-qgis open the outputs in QGIS, PICTURES=DIR keeps what it drew
#   make coverage   lines that the tests reach
#   make lint       format and static checks
#   make install    DESTDIR= prefix=/usr/local
#
# MODE: release (default), asan, fuzz, coverage.
# DEPS=skip: packages are the caller's business.

MODE ?= release
prefix ?= /usr/local
SECONDS ?= 60
VERSION := 0.1.0

B := build/$(MODE)
LOCALEDIR := $(prefix)/share/locale

CC_release := gcc
CC_asan := gcc
CC_fuzz := clang
CC_coverage := gcc
CC := $(CC_$(MODE))

WARN_COMMON := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wdouble-promotion -Wformat=2 \
  -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings -Wcast-qual -Wvla -Wundef \
  -Wswitch-enum -Wnull-dereference -Werror
WARN_GCC := -Wcast-align=strict -Wduplicated-cond -Wduplicated-branches -Wlogical-op
WARN_release := $(WARN_COMMON) $(WARN_GCC)
WARN_asan := $(WARN_COMMON) $(WARN_GCC) -Wno-null-dereference -Wno-maybe-uninitialized
WARN_coverage := $(WARN_asan)
# clang takes the float NAN of <math.h> for a promotion
WARN_fuzz := $(WARN_COMMON) -Wno-double-promotion

OPT_release := -O2 -g
OPT_asan := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
OPT_coverage := -O0 -g --coverage -fprofile-update=atomic
OPT_fuzz := -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all \
  -fno-omit-frame-pointer

# Recursive on purpose: pkg-config is asked only when something is compiled.
PACKAGES := gdal proj geos sqlite3 spatialite libcyaml libcjson libcrypto libisal zlib xlsxwriter pangocairo \
  icu-i18n icu-uc yaml-0.1 expat
PKG_CFLAGS = $(shell pkg-config --cflags-only-I $(PACKAGES) | sed 's/-I/-isystem /g')
PKG_LIBS = $(shell pkg-config --libs $(PACKAGES)) -lgeos_c -lcsv -lm -pthread

# What only the collector needs.
COLLECTOR_PACKAGES := libgps libsystemd ncursesw libcurl libcares libssl
COLLECTOR_CFLAGS = $(shell pkg-config --cflags-only-I $(COLLECTOR_PACKAGES) | sed 's/-I/-isystem /g')
COLLECTOR_LIBS = $(shell pkg-config --libs $(COLLECTOR_PACKAGES))

CPPFLAGS = -Iinclude -Ianalyzer -Icollector -D_GNU_SOURCE -DLOMSONG_VERSION='"$(VERSION)"' \
  -DLOMSONG_LOCALEDIR='"$(LOCALEDIR)"' $(PKG_CFLAGS)
CFLAGS = -std=c17 $(OPT_$(MODE)) $(WARN_$(MODE)) -pthread
LDFLAGS = $(OPT_$(MODE))

LIB_SRC := $(wildcard lib/*.c)
ANALYZER_SRC := $(wildcard analyzer/*.c)
COLLECTOR_SRC := $(wildcard collector/*.c)
UNIT_SRC := $(wildcard tests/unit/test_*.c)
FUZZ_SRC := $(wildcard tests/fuzz/fuzz_*.c)

LIB_OBJ := $(LIB_SRC:%.c=$(B)/%.o) $(B)/embed.o
ANALYZER_OBJ := $(filter-out $(B)/analyzer/main.o,$(ANALYZER_SRC:%.c=$(B)/%.o))
COLLECTOR_OBJ := $(filter-out $(B)/collector/main.o,$(COLLECTOR_SRC:%.c=$(B)/%.o))
UNIT_BIN := $(UNIT_SRC:tests/unit/%.c=$(B)/unit/%)
FUZZ_BIN := $(FUZZ_SRC:tests/fuzz/%.c=$(B)/fuzz/%)
REPLAY_BIN := $(FUZZ_SRC:tests/fuzz/fuzz_%.c=$(B)/replay/%)

# Files that become part of the program: NAME=PATH, the name is what embed_find() is given.
LEAFLET := /usr/share/javascript/leaflet
EMBED := $(foreach f,lib/schema.sql $(wildcard analyzer/criteria/*.yaml maps/regions/*.yaml \
  maps/web/* maps/qgis/*),$f=$f) \
  leaflet/leaflet.js=$(LEAFLET)/leaflet.min.js leaflet/leaflet.css=$(LEAFLET)/leaflet.css
EMBED_FILES := $(foreach e,$(EMBED),$(lastword $(subst =, ,$e)))

PROGRAM := $(B)/lomsong-analyze
COLLECTOR := $(B)/lomsong-collect
SAMPLE := $(B)/sample-survey
MO := $(B)/locale/vi/LC_MESSAGES/lomsong.mo

comma := ,

# One short line per step; `make Q=` shows the commands.
Q ?= @

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all programs demo check unit corpus golden e2e asan coverage fuzz lint bench install clean \
  check-long deps-build deps-test deps-demo pot test-programs

all: deps-build
	$(MAKE) --no-print-directory programs

programs: $(PROGRAM) $(COLLECTOR) $(SAMPLE) $(MO)

# What is missing is installed before anything is built; when nothing is, this costs 0.1 s.
deps-build:
	@scripts/deps.sh build
deps-test:
	@scripts/deps.sh build test
deps-demo:
	@scripts/deps.sh build demo

$(B)/collector/%.o: CPPFLAGS += $(COLLECTOR_CFLAGS)
$(B)/%.o: %.c Makefile
	@mkdir -p $(@D)
	@echo "  CC   $@"
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(B)/embed.S: scripts/embed.sh Makefile $(EMBED_FILES)
	@mkdir -p $(@D)
	@echo "  GEN  $@"
	$(Q)scripts/embed.sh $(EMBED) >$@
$(B)/embed.o: $(B)/embed.S
	@echo "  AS   $@"
	$(Q)$(CC) -c -o $@ $<

$(B)/liblomsong.a: $(LIB_OBJ)
	@rm -f $@
	@echo "  AR   $@"
	$(Q)ar rcs $@ $^
$(B)/libcollector.a: $(COLLECTOR_OBJ)
	@rm -f $@
	@echo "  AR   $@"
	$(Q)ar rcs $@ $^
$(B)/libanalyzer.a: $(ANALYZER_OBJ)
	@rm -f $@
	@echo "  AR   $@"
	$(Q)ar rcs $@ $^

$(PROGRAM): $(B)/analyzer/main.o $(B)/libanalyzer.a $(B)/liblomsong.a
	@echo "  LD   $@"
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)
# Without GDAL and its kin: a small board has no need of them. PROJ says in which bin of the survey's
# grid it stands.
COLLECTOR_LINK = $(COLLECTOR_LIBS) -lcsv -lm \
  $(shell pkg-config --libs proj sqlite3 libcyaml libcjson libcrypto)
$(COLLECTOR): $(B)/collector/main.o $(B)/libcollector.a $(B)/liblomsong.a
	@echo "  LD   $@"
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(COLLECTOR_LINK)
$(SAMPLE): $(patsubst %.c,$(B)/%.o,$(wildcard scripts/sample_*.c)) $(B)/liblomsong.a
	@echo "  LD   $@"
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)
# Our own allocations go through the test, which makes them fail.
$(B)/unit/test_alloc: LDFLAGS += $(foreach f,malloc calloc realloc reallocarray strndup vasprintf, \
  -Wl$(comma)--wrap=$f)
$(B)/unit/%: $(B)/tests/unit/%.o $(B)/libcollector.a $(B)/libanalyzer.a $(B)/liblomsong.a
	@mkdir -p $(@D)
	@echo "  LD   $@"
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) $(COLLECTOR_LIBS) -lcmocka
$(B)/replay/%: $(B)/tests/fuzz/fuzz_%.o $(B)/tests/fuzz/replay.o $(B)/libcollector.a \
  $(B)/libanalyzer.a $(B)/liblomsong.a
	@mkdir -p $(@D)
	@echo "  LD   $@"
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) $(COLLECTOR_LIBS)
$(B)/fuzz/%: $(B)/tests/fuzz/%.o $(B)/libcollector.a $(B)/libanalyzer.a $(B)/liblomsong.a
	@mkdir -p $(@D)
	@echo "  LD   $@"
	$(Q)$(CC) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(PKG_LIBS) $(COLLECTOR_LIBS)

$(MO): po/vi.po
	@mkdir -p $(@D)
	@echo "  GEN  $@"
	$(Q)msgfmt --check -o $@ $<

-include $(wildcard $(B)/*/*.d $(B)/*/*/*.d)

demo: deps-demo
	@$(MAKE) --no-print-directory programs
	@scripts/demo.sh $(B)

# A full disk, to be preloaded.
$(B)/fault_io.so: tests/support/fault_io.c Makefile
	@mkdir -p $(@D)
	@echo "  LD   $@"
	$(Q)$(CC) -std=c17 -O2 -D_GNU_SOURCE $(WARN_$(MODE)) -fPIC -shared -o $@ $<

test-programs: programs $(UNIT_BIN) $(REPLAY_BIN) $(B)/fault_io.so

check: deps-test
	@$(MAKE) --no-print-directory test-programs
	@scripts/check.sh $(B) lint unit corpus golden e2e
unit corpus golden e2e: deps-test
	@$(MAKE) --no-print-directory test-programs
	@scripts/check.sh $(B) $@
check-long: deps-test
	@$(MAKE) --no-print-directory test-programs
	@scripts/check.sh $(B) long
asan: deps-test
	@$(MAKE) --no-print-directory MODE=asan test-programs
	@scripts/check.sh build/asan unit corpus golden e2e
# Of all tests; of fewer with SUITES="unit corpus".
SUITES ?= unit corpus golden e2e
coverage: deps-test
	@$(MAKE) --no-print-directory MODE=coverage test-programs
	@scripts/coverage.sh build/coverage $(SUITES)
fuzz: deps-test
	@$(MAKE) --no-print-directory MODE=fuzz fuzz-programs
	@scripts/fuzz.sh build/fuzz $(SECONDS) $(TARGETS)
.PHONY: fuzz-programs
fuzz-programs: $(FUZZ_BIN)
# Needs QGIS, which is large: not part of check.
.PHONY: check-qgis
check-qgis:
	@scripts/deps.sh build qgis
	@$(MAKE) --no-print-directory programs
	@tests/qgis/check.sh $(B) $(PICTURES)
lint: deps-test
	@scripts/lint.sh --fix
BENCH_PROGRAMS := $(patsubst scripts/bench/%.c,$(B)/bench/%,$(wildcard scripts/bench/*.c))
# The analyzer beside its peers, then the collector; SECTIONS="csv gzip" for some of it.
bench:
	@scripts/deps.sh build test bench
	@$(MAKE) --no-print-directory programs $(BENCH_PROGRAMS)
	@scripts/bench.py $(B) $(SECTIONS)
	@[ -n "$(SECTIONS)" ] || scripts/bench_collector.sh $(B)
$(B)/bench/%: $(B)/scripts/bench/%.o $(B)/liblomsong.a
	@mkdir -p $(@D)
	@echo "  LD   $@"
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

# New texts go into po/vi.po by way of a template in build/.
pot:
	@mkdir -p build
	xgettext --from-code=UTF-8 -k_ -kN_ -o build/lomsong.pot $(LIB_SRC) $(ANALYZER_SRC) \
	  $(wildcard collector/*.c)
	msgmerge --quiet --update --backup=none --no-fuzzy-matching po/vi.po build/lomsong.pot

install: all
	install -D -m 755 $(PROGRAM) $(DESTDIR)$(prefix)/bin/lomsong-analyze
	install -D -m 755 $(COLLECTOR) $(DESTDIR)$(prefix)/bin/lomsong-collect
	install -D -m 644 collector/lomsong-collect.1 $(DESTDIR)$(prefix)/share/man/man1/lomsong-collect.1
	install -D -m 644 collector/collector.yaml $(DESTDIR)$(prefix)/share/lomsong/collector.yaml
	for f in collector/lomsong-*.conf collector/lomsong-*.rules collector/lomsong-*.service collector/lomsong-*.timer analyzer/lomsong-*.service; do install -D -m 644 $$f $(DESTDIR)$(prefix)/share/lomsong/system/$${f##*/}; done
	install -D -m 644 analyzer/lomsong-analyze.1 $(DESTDIR)$(prefix)/share/man/man1/lomsong-analyze.1
	install -D -m 644 $(MO) $(DESTDIR)$(LOCALEDIR)/vi/LC_MESSAGES/lomsong.mo
	for f in analyzer/criteria/*.yaml; do install -D -m 644 $$f $(DESTDIR)$(prefix)/share/lomsong/criteria/$${f##*/}; done
	for f in maps/regions/*.yaml; do install -D -m 644 $$f $(DESTDIR)$(prefix)/share/lomsong/regions/$${f##*/}; done

clean:
	rm -rf build demo
