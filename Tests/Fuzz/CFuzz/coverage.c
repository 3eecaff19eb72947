#include "cfuzz.h"

#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

// Which branches ran: clang's SanitizerCoverage with a counter of 8 bits for each, as libFuzzer uses it (`-sanitize=fuzzer`).
// The loop is Graft's own, so that inputs, limits and reports are the same with and without it.

enum { MOST = 64 };
static struct {
  uint8_t *start, *stop, *seen;
} parts[MOST];
static size_t part_count, edges, known;

void __sanitizer_cov_8bit_counters_init(uint8_t *start, uint8_t *stop) {
  if (start == stop || part_count == MOST) return;
  for (size_t i = 0; i < part_count; i++)
    if (parts[i].start == start) return;
  parts[part_count].start = start;
  parts[part_count].stop = stop;
  parts[part_count].seen = calloc(stop - start, 1);
  if (parts[part_count].seen == NULL) abort();
  part_count++;
  edges += stop - start;
}

size_t graft_fuzz_edges(void) { return edges; }
size_t graft_fuzz_known_edges(void) { return known; }

/// 1, 2, 3, 4–7, 8–15, 16–31, 32–127, more: each a bit.
static uint8_t bucket(uint8_t count) {
  if (count < 4) return count == 3 ? 4 : count;
  return count < 8 ? 8 : count < 16 ? 16 : count < 32 ? 32 : count < 128 ? 64 : 128;
}

size_t graft_fuzz_new_edges(void) {
  size_t news = 0;
  for (size_t i = 0; i < part_count; i++) {
    size_t count = parts[i].stop - parts[i].start;
    uint8_t *counters = parts[i].start, *seen = parts[i].seen;
    for (size_t j = 0; j < count; j++) {
      if (counters[j] == 0) continue;
      uint8_t bit = bucket(counters[j]);
      if (seen[j] == 0) known++;
      if (!(seen[j] & bit)) {
        seen[j] |= bit;
        news++;
      }
    }
    memset(counters, 0, count);
  }
  return news;
}

void graft_fuzz_time_limit(double seconds) {
  struct itimerval value = {{0, 0}, {(time_t)seconds, (suseconds_t)((seconds - (time_t)seconds) * 1e6)}};
  setitimer(ITIMER_PROF, &value, NULL);
}

// What `-sanitize=fuzzer` calls and writes besides, of which nothing is made here.
_Thread_local uintptr_t __sancov_lowest_stack;
void __sanitizer_cov_pcs_init(const uintptr_t *start, const uintptr_t *stop) {}
void __sanitizer_cov_trace_pc_indir(uintptr_t callee) {}
void __sanitizer_cov_trace_cmp1(uint8_t a, uint8_t b) {}
void __sanitizer_cov_trace_cmp2(uint16_t a, uint16_t b) {}
void __sanitizer_cov_trace_cmp4(uint32_t a, uint32_t b) {}
void __sanitizer_cov_trace_cmp8(uint64_t a, uint64_t b) {}
void __sanitizer_cov_trace_const_cmp1(uint8_t a, uint8_t b) {}
void __sanitizer_cov_trace_const_cmp2(uint16_t a, uint16_t b) {}
void __sanitizer_cov_trace_const_cmp4(uint32_t a, uint32_t b) {}
void __sanitizer_cov_trace_const_cmp8(uint64_t a, uint64_t b) {}
void __sanitizer_cov_trace_switch(uint64_t value, uint64_t *cases) {}
void __sanitizer_cov_trace_div4(uint32_t value) {}
void __sanitizer_cov_trace_div8(uint64_t value) {}
void __sanitizer_cov_trace_gep(uintptr_t index) {}
