# emblab: `make run` opens the lab, `make test` tests it; both install what is
# missing first. `make` alone builds ./emblab. No file is named here: the lists
# are made from the tree. V=1 shows every command.

.DEFAULT_GOAL = all

ifeq ($(origin CC),default)
CC = gcc
endif

# One folder of objects a configuration: build/gcc, build/clang-asan, ...
BUILD ?= build
OUT = $(BUILD)/$(notdir $(CC))$(if $(SANITIZE),-asan)
PROGRAM = $(OUT)/emblab
PREFIX ?= /usr/local
TOOLS = tests/tools
# The system's own Python, which the packaged PyTorch belongs to.
export PYTHON ?= $(firstword $(wildcard /usr/bin/python3) python3)
SUBMAKE = @+$(MAKE) --no-print-directory

JOBS ?= $(shell getconf _NPROCESSORS_ONLN)
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(JOBS)
# Goals typed together run one after the other.
ifneq ($(filter-out 0 1,$(words $(MAKECMDGOALS))),)
.NOTPARALLEL:
endif
endif

# --- How a file is compiled ---------------------------------------------------

WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
  -Wmissing-prototypes -Wwrite-strings -Wundef -Wdouble-promotion -Wvla \
  -Wno-string-conversion # clang's -Wconversion minds assert(!"why")
WERROR ?= $(if $(SANITIZE),,-Werror)
CFLAGS ?= $(if $(SANITIZE),-O1 -g -fno-omit-frame-pointer,-O2 -g)
SANITIZERS = $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all)

COMPILE = $(CC) -std=c17 -D_XOPEN_SOURCE=700 -ffp-contract=off -fno-math-errno -Isrc \
  $(WARNINGS) $(WERROR) $(CFLAGS) $(SANITIZERS) $(INCLUDES) -MMD -MP
LDFLAGS ?= -Wl,--as-needed
LINK = $(CC) $(CFLAGS) $(SANITIZERS) $(LDFLAGS)

# --- The floors: what each stands on, and the libraries it brings ------------
# A floor's tests link these floors and libraries and nothing more, which
# proves that nothing below reaches up.

FLOORS = base text nn lang draw lab scenes commands lesson ui

UNDER_base =
UNDER_text = base
UNDER_nn = base
UNDER_lang = base
UNDER_draw = base
UNDER_lab = base text nn lang
UNDER_scenes = $(UNDER_lab) lab draw
UNDER_commands = $(UNDER_scenes) scenes
UNDER_lesson = $(UNDER_commands) commands
UNDER_ui = $(UNDER_lesson) lesson

LIBRARIES_base = libutf8proc
LIBRARIES_nn = openblas lapacke
LIBRARIES_lesson = libcmark-gfm
LIBRARIES_ui = ncursesw readline

library_names = $(foreach floor,$1,$(LIBRARIES_$(floor)))
# $(call libraries,FLOORS): linker options; each library is asked for once.
libraries = $(foreach name,$(call library_names,$1),$(LIBS_$(name))) -lm
$(foreach name,$(call library_names,$(FLOORS)),$(eval \
  LIBS_$(name) := $(shell pkg-config --libs $(name) 2>/dev/null)))
INCLUDES := $(patsubst -I%,-isystem %,$(shell pkg-config --cflags-only-I \
  $(call library_names,$(FLOORS)) 2>/dev/null))

# The program holds OpenBLAS and LAPACKE itself where their archives are found,
# and starts in 1 ms; with the shared libraries it takes 4 (make bench).
BLAS_ARCHIVES := $(filter /%,$(if $(SANITIZE),,$(shell for name in \
  liblapacke.a libopenblas.a libgfortran.so.5; do \
  $(CC) -print-file-name=$$name 2>/dev/null; done)))
PROGRAM_LIBRARIES = $(if $(filter 3,$(words $(BLAS_ARCHIVES))), \
  $(filter-out $(LIBS_openblas) $(LIBS_lapacke),$(call libraries,$(FLOORS))) \
  $(BLAS_ARCHIVES) -lpthread -lm,$(call libraries,$(FLOORS)))

# $(call objects,FLOORS): every object of those floors.
objects = $(foreach floor,$1,$(patsubst src/%.c,$(OUT)/%.o, \
  $(sort $(wildcard src/$(floor)/*.c))))

# --- What people ask for ------------------------------------------------------

.PHONY: all run test check lint format asan valgrind fuzz soak bench oracle \
  pictures vectors browser install uninstall clean

all:
	@INSTALL=no $(TOOLS)/packages run || { echo "make run installs them"; exit 1; }
	$(SUBMAKE) emblab

# On a terminal the lab; elsewhere its worked example, told in plain text.
run:
	@$(TOOLS)/packages run
	$(SUBMAKE) emblab
	@if [ -t 0 ] && [ -t 1 ]; then ./emblab; \
	else sed '1,/^$$/d' tests/scripts/worked_example.emb | ./emblab --echo; fi

test:
	@$(TOOLS)/packages run test
	$(SUBMAKE) emblab tests

# What .ci/run runs.
check:
	$(SUBMAKE) test
	$(SUBMAKE) lint
	$(SUBMAKE) asan

-include $(shell find $(OUT) -name "*.d" 2>/dev/null)

# --- Building -----------------------------------------------------------------

ifeq ($(V),1)
say = @:
Q =
else
say = @echo
Q = @
endif

.PHONY: emblab
emblab: $(PROGRAM)
	@cmp -s $< $@ || install -m 755 $< $@

$(PROGRAM): $(OUT)/main.o $(call objects,$(FLOORS))
	$(say) "LINK $@"
	$(Q)$(LINK) $^ $(PROGRAM_LIBRARIES) -o $@

$(OUT)/%.o: src/%.c Makefile
	$(say) "CC $<"
	@mkdir -p $(@D)
	$(Q)$(COMPILE) -c $< -o $@

$(OUT)/tests/%.o: tests/%.c Makefile
	$(say) "CC $<"
	@mkdir -p $(@D)
	$(Q)$(COMPILE) -Itests -Itests/unit -c $< -o $@

# --- Tests --------------------------------------------------------------------
# tests/unit/FLOOR/test_*.c: each a program; `make unit-nn` runs one floor's.
# What they share lies in tests/unit/*.c: only what a test calls is linked.
# tests/screen/test_*.c: the program in a terminal emulator.
# tests/scripts/*.emb: command scripts with the output expected of them, and
# *.sh. UPDATE=1 writes what they print as what is expected.

.PHONY: tests unit screen plays scripts $(FLOORS:%=unit-%)

built = $(patsubst tests/%.c,$(OUT)/tests/%$2,$(sort $(wildcard $1)))
unit_programs = $(call built,$(1:%=tests/unit/%/test_*.c))
UNITS = $(call unit_programs,$(FLOORS))
SCREENS = $(call built,tests/screen/test_*.c)
SCREEN_HELPERS = $(filter-out $(SCREENS:=.o), \
  $(call built,tests/screen/*.c,.o))
SCRIPTS = $(sort $(wildcard tests/scripts/*.emb tests/scripts/*.sh))
HELPERS = $(OUT)/tests/unit/helpers.a
RUN_TESTS = @EMBLAB=$(PROGRAM) $(TOOLS)/run-tests

tests: $(PROGRAM) $(UNITS) $(SCREENS)
	$(RUN_TESTS) $(UNITS) $(SCREENS) $(SCRIPTS)

unit: $(UNITS)
	$(RUN_TESTS) $^

screen: $(PROGRAM) $(SCREENS)
	$(RUN_TESTS) $(SCREENS)

# Lessons by themselves on the full screen; LESSONS=all: every one.
plays: $(PROGRAM) $(OUT)/tests/screen/test_plays
	$(RUN_TESTS) $(OUT)/tests/screen/test_plays

scripts: $(PROGRAM)
	$(RUN_TESTS) $(SCRIPTS)

define unit_floor
$(OUT)/tests/unit/$1/test_%: $(OUT)/tests/unit/$1/test_%.o \
  $(call objects,$1 $(UNDER_$1)) $(HELPERS)
	$$(say) "LINK $$@"
	$$(Q)$$(LINK) $$^ $$(call libraries,$1 $(UNDER_$1)) -lcmocka -o $$@

unit-$1: $(call unit_programs,$1)
	$$(RUN_TESTS) $$^
endef
$(foreach floor,$(FLOORS),$(eval $(call unit_floor,$(floor))))

$(HELPERS): $(call built,tests/unit/*.c,.o)
	@mkdir -p $(@D)
	@rm -f $@
	$(Q)ar rcs $@ $^

$(OUT)/tests/screen/test_%: $(OUT)/tests/screen/test_%.o \
  $(SCREEN_HELPERS) $(call objects,base)
	$(say) "LINK $@"
	$(Q)$(LINK) $^ $(call libraries,base) -lvterm -lcmocka -o $@

# --- The tests again, under tools that see what a run does not -----------------

asan:
	@$(TOOLS)/packages run test clang
	+@status=0; for compiler in gcc clang; do $(MAKE) --no-print-directory \
	  tests CC=$$compiler SANITIZE=address,undefined || status=1; done; \
	  exit $$status

valgrind:
	@$(TOOLS)/packages run test valgrind
	$(SUBMAKE) tests SECONDS_MAX=3600 \
	  WRAP="valgrind -q --error-exitcode=99 --leak-check=full"

# The tests that draw their cases draw more where SOAK is set.
soak:
	@$(TOOLS)/packages run test
	SOAK=1 SECONDS_MAX=86400 $(MAKE) --no-print-directory tests
	@for i in $$(seq 50); do $(MAKE) --no-print-directory screen || exit; done

# --- Fuzzing: tests/fuzz/fuzz_NAME.c, its seeds in tests/fuzz/NAME -------------

FUZZ_SECONDS ?= 120
FUZZERS = $(call built,tests/fuzz/fuzz_*.c)

.PHONY: fuzzers
fuzz:
	@$(TOOLS)/packages run fuzz
	$(SUBMAKE) fuzzers CC=clang OUT=$(BUILD)/fuzz \
	  SANITIZE=fuzzer-no-link,address,undefined

fuzzers: $(FUZZERS)
	@for program in $^; do name=$${program##*/fuzz_}; \
	  mkdir -p $(OUT)/found/$$name tests/fuzz/$$name; echo "FUZZ $$name"; \
	  (cd $(OUT)/found && $(CURDIR)/$$program -max_total_time=$(FUZZ_SECONDS) \
	    -timeout=1 -verbosity=0 $$name $(CURDIR)/tests/fuzz/$$name) || exit; done

$(OUT)/tests/fuzz/fuzz_%: $(OUT)/tests/fuzz/fuzz_%.o \
  $(call objects,$(FLOORS))
	$(say) "LINK $@"
	$(Q)$(LINK) -fsanitize=fuzzer $^ $(call libraries,$(FLOORS)) -o $@

# --- Benchmarks: tests/bench/bench_*.c, and *.py for the peers -----------------

BENCH_FLOORS ?= $(UNDER_commands) commands
BENCHES = $(call built,tests/bench/bench_*.c)

.PHONY: benches
bench:
	@$(TOOLS)/packages run test
	$(SUBMAKE) benches

benches: emblab $(BENCHES)
	@for program in $(BENCHES); do \
	  echo "== $${program##*/}"; EMBLAB=./emblab EMBLAB_DATA=$(CURDIR) $$program || exit; done
	@for script in $(sort $(wildcard tests/bench/*.py)); do \
	  echo "== $${script##*/}"; BENCHES=$(OUT)/tests/bench \
	  EMBLAB=./emblab EMBLAB_DATA=$(CURDIR) $(PYTHON) $$script || exit; done

# The screen's stands on the harness of the screen tests.
$(OUT)/tests/bench/bench_screen: $(OUT)/tests/bench/bench_screen.o \
  $(SCREEN_HELPERS) $(call objects,base)
	$(say) "LINK $@"
	$(Q)$(LINK) $^ $(call libraries,base) -lvterm -lcmocka -o $@

$(OUT)/tests/bench/bench_%: $(OUT)/tests/bench/bench_%.o \
  $(call objects,$(BENCH_FLOORS))
	$(say) "LINK $@"
	$(Q)$(LINK) $^ $(call libraries,$(BENCH_FLOORS)) -o $@

# --- PyTorch as the judge ------------------------------------------------------
# Fixtures made anew must agree with those in the tree, and the tests must pass
# with fixtures of fresh cases too; SEED chooses those.

oracle:
	@$(TOOLS)/packages run test
	@INSTALL=no $(TOOLS)/packages oracle
	$(SUBMAKE) oracle-tests

.PHONY: oracle-tests
oracle-tests: $(PROGRAM) $(UNITS)
	@EMBLAB=$(PROGRAM) $(PYTHON) $(TOOLS)/oracle $(UNITS)

# --- Style ----------------------------------------------------------------------

C_SOURCES = $(sort $(wildcard src/*.c src/*/*.c tests/*/*.c tests/*/*/*.c))
C_FILES = $(C_SOURCES) \
  $(sort $(wildcard src/*/*.h tests/*/*.h tests/*/*/*.h))
TIDY = $(patsubst %.c,$(OUT)/tidy/%,$(C_SOURCES))

LINTS = lint-format lint-layers lint-functions lint-cppcheck lint-tidy

.PHONY: $(LINTS)
lint:
	@$(TOOLS)/packages run test lint
	$(SUBMAKE) --keep-going --output-sync $(LINTS)

lint-format:
	@clang-format --dry-run -Werror $(C_FILES)
	@echo "ok    format"

lint-layers:
	@$(TOOLS)/check-layers $(filter src/%,$(C_FILES))
	@echo "ok    layers"

lint-functions:
	@$(TOOLS)/check-functions $(filter src/%,$(C_SOURCES))

lint-cppcheck:
	@cppcheck --quiet --std=c11 --error-exitcode=1 -Isrc -Itests/unit \
	  --enable=warning,portability --suppressions-list=.cppcheck src tests
	@echo "ok    cppcheck"

lint-tidy: $(TIDY)
	@echo "ok    clang-tidy"

# A file is looked at again when it, or a header it includes, has changed.
$(OUT)/tidy/src/%: $(OUT)/%.o .clang-tidy tests/.clang-tidy
	$(call run_tidy,src/$*.c)
$(OUT)/tidy/tests/%: $(OUT)/tests/%.o .clang-tidy tests/.clang-tidy
	$(call run_tidy,tests/$*.c)

define run_tidy
$(say) "TIDY $1"
@mkdir -p $(@D)
$(Q)clang-tidy --quiet $1 -- $(wordlist 2,99,$(COMPILE)) \
  -Itests -Itests/unit 2>/dev/null
@touch $@
endef

format:
	clang-format -i $(C_FILES)

# --- Installing -----------------------------------------------------------------

SHARE = $(DESTDIR)$(PREFIX)/share
INSTALLED = $(DESTDIR)$(PREFIX)/bin/emblab $(SHARE)/man/man1/emblab.1 \
  $(SHARE)/bash-completion/completions/emblab \
  $(SHARE)/zsh/site-functions/_emblab

install: $(PROGRAM)
	install -d $(dir $(INSTALLED)) $(SHARE)/emblab/corpora $(SHARE)/emblab/lessons
	install -m 755 $(PROGRAM) $(word 1,$(INSTALLED))
	$(PROGRAM) --make=man >$(word 2,$(INSTALLED))
	$(PROGRAM) --make=bash >$(word 3,$(INSTALLED))
	$(PROGRAM) --make=zsh >$(word 4,$(INSTALLED))
	install -m 644 $(wildcard corpora/*.*) $(SHARE)/emblab/corpora
	$(if $(wildcard lessons/*.*),install -m 644 $(wildcard lessons/*.*) \
	  $(SHARE)/emblab/lessons)

uninstall:
	rm -f $(INSTALLED)
	rm -rf $(SHARE)/emblab

# The README's picture, by the program's own snapshot.
pictures: emblab
	@./emblab tests/pictures/backward.emb >/dev/null

# corpora/stories.vec: word vectors that the lab learns from stories, rounded to
# three decimals. corpora/README.md tells what they know.
VECTORS = corpus corpora/stories.txt; vocab min_count=3; table D=50 std=0.1; \
  windows C=16; batch B=32; optimizer adam lr=0.003; train epochs=20; \
  export W $(BUILD)/stories.vec force=yes

vectors: $(PROGRAM)
	$(PROGRAM) -c '$(VECTORS)' >/dev/null
	LC_ALL=C awk 'NR == 1 { print; next } { printf "%s", $$1; \
	  for (i = 2; i <= NF; i++) printf " %.3f", $$i; print "" }' \
	  $(BUILD)/stories.vec >corpora/stories.vec

# --- Recorded lessons in a real browser: tests/browser ------------------------
# FILMS in the asciinema player; the page of every lesson, stepped by its keys.

FILMS ?= 01-tokens 06-which-rows 13-init
PAGES ?= $(patsubst lessons/%.md,%,$(sort $(wildcard lessons/[0-9]*.md)))
FILM_PLAYER = asciinema-player@3.17.0
BROWSER = $(BUILD)/browser

.PHONY: browser-tests
browser:
	@$(TOOLS)/packages run browser
	$(SUBMAKE) browser-tests

browser-tests: $(PROGRAM) $(BROWSER)/node_modules
	@rm -rf $(BROWSER)/recorded
	@mkdir -p $(BROWSER)/recorded
	@for file in $(FILMS:=.cast) $(PAGES:=.html); do \
	  EMBLAB_DATA=$(CURDIR) $(PROGRAM) record $${file%.*} \
	    -o $(BROWSER)/recorded/$$file || exit; done
	@node tests/browser/run.js $(BROWSER)/recorded \
	  $(BROWSER)/node_modules/asciinema-player/dist/bundle

$(BROWSER)/node_modules: Makefile
	$(say) "NPM $(FILM_PLAYER)"
	@mkdir -p $(BROWSER)
	$(Q)npm install --prefix $(BROWSER) --no-save --no-package-lock \
	  --no-audit --no-fund --ignore-scripts --loglevel=error $(FILM_PLAYER)
	@touch $@

clean:
	rm -rf $(BUILD) emblab

# Objects stay, also those that only lead to a program.
.SECONDARY:
