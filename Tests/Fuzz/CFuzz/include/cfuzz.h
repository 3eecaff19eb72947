#pragma once
#include <stddef.h>
#include <stdint.h>

/// Counts from here: `limit` more bytes than are taken now, and the process aborts, saying so.
void graft_fuzz_memory_begin(size_t limit);
/// The most bytes that were taken at a time since `begin`, without those that were taken then; nothing is limited any more.
size_t graft_fuzz_memory_end(void);
/// Whether memory is counted: it is with glibc.
int graft_fuzz_counts_memory(void);

/// The number of branches that the compiler counts; 0 unless it was told to.
size_t graft_fuzz_edges(void);
/// Takes what branches ran since the last call into account, and returns the number of them that are new: never run, or never
/// so often.
size_t graft_fuzz_new_edges(void);
/// The number of branches that ever ran.
size_t graft_fuzz_known_edges(void);

/// Ends the process by a signal once it has computed for so long; 0 takes that back.
void graft_fuzz_time_limit(double seconds);
