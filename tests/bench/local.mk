# SPDX-License-Identifier: ISC
# Never part of "make check": "make bench" and "make bench-send" need root, all take some minutes, and their figures are of this machine. BENCH_FLAGS="--nics 3,64"
# and the like go to run.py, "--quick --only large" and the like to replay.py.
EXTRA_PROGRAMS += %D%/floor %D%/flood %D%/measure %D%/count %D%/generate
%C%_floor_SOURCES = %D%/floor.c
%C%_floor_LDADD = $(PCAP_LIBS) -lpthread
%C%_flood_SOURCES = %D%/flood.c
%C%_flood_LDADD =
%C%_measure_SOURCES = %D%/measure.c
%C%_measure_LDADD =
%C%_count_SOURCES = %D%/count.c
%C%_count_LDADD = $(PCAP_LIBS)
%C%_generate_SOURCES = \
	%D%/generate.c \
	%D%/generate_file.c \
	%D%/generate_file.h \
	%D%/generate_frame.c \
	%D%/generate_frame.h \
	%D%/generate_network.c \
	%D%/generate_network.h \
	%D%/generate_payload.c \
	%D%/generate_payload.h
%C%_generate_LDADD =
EXTRA_DIST += %D%/run.py %D%/send.py %D%/replay.py %D%/replay_cases.py %D%/instructions.sh
bench_replay_programs = %D%/count$(EXEEXT) %D%/generate$(EXEEXT)
CLEANFILES += %D%/floor$(EXEEXT) %D%/flood$(EXEEXT) %D%/measure$(EXEEXT) $(bench_replay_programs)

BENCH_FLAGS =

bench: mcdiag$(EXEEXT) %D%/floor$(EXEEXT) %D%/measure$(EXEEXT)
	$(PYTHON3) -B $(srcdir)/%D%/run.py --mcdiag ./mcdiag$(EXEEXT) --floor %D%/floor$(EXEEXT) --measure %D%/measure$(EXEEXT) $(BENCH_FLAGS)
bench-send: mcdiag$(EXEEXT) %D%/flood$(EXEEXT)
	$(PYTHON3) -B $(srcdir)/%D%/send.py --mcdiag ./mcdiag$(EXEEXT) --flood %D%/flood$(EXEEXT) $(BENCH_FLAGS)
bench-replay: mcdiag$(EXEEXT) %D%/measure$(EXEEXT) $(bench_replay_programs)
	$(PYTHON3) -B $(srcdir)/%D%/replay.py --mcdiag ./mcdiag$(EXEEXT) --measure %D%/measure$(EXEEXT) \
		--count %D%/count$(EXEEXT) --generate %D%/generate$(EXEEXT) $(BENCH_FLAGS)
bench-instructions: mcdiag$(EXEEXT) $(bench_replay_programs)
	MCDIAG=./mcdiag$(EXEEXT) COUNT=%D%/count$(EXEEXT) GENERATE=%D%/generate$(EXEEXT) $(BASH_PATH) $(srcdir)/%D%/instructions.sh
.PHONY: bench bench-send bench-replay bench-instructions
