# SPDX-License-Identifier: ISC
# Never part of "make check": "make bench" needs root and some minutes, and its figures are of this machine. BENCH_FLAGS="--nics 3,64" and
# the like go to run.py.
EXTRA_PROGRAMS += %D%/floor %D%/measure
%C%_floor_SOURCES = %D%/floor.c
%C%_floor_LDADD = $(PCAP_LIBS) -lpthread
%C%_measure_SOURCES = %D%/measure.c
%C%_measure_LDADD =
EXTRA_DIST += %D%/run.py
CLEANFILES += %D%/floor$(EXEEXT) %D%/measure$(EXEEXT)

BENCH_FLAGS =

bench: mcdiag$(EXEEXT) %D%/floor$(EXEEXT) %D%/measure$(EXEEXT)
	$(PYTHON3) -B $(srcdir)/%D%/run.py --mcdiag ./mcdiag$(EXEEXT) --floor %D%/floor$(EXEEXT) --measure %D%/measure$(EXEEXT) $(BENCH_FLAGS)
.PHONY: bench
