#include "CPixels.h"

#include <string.h>

// Each step is rounded by itself: no processor joins a quotient and a difference.
#pragma STDC FP_CONTRACT OFF

#define INLINE static inline __attribute__((always_inline))

// Eight pixels: the fewest whose channels fill whole vectors.
enum { PIXELS = 8, VALUES = 3 * PIXELS };

typedef struct {
  float divisor;
  float mean[VALUES];
  float deviation[VALUES];
} block_rule;

// A quotient by 1 is what was there: it need not be taken.
INLINE void block(const uint8_t *from, const block_rule *rule, bool divides, bool deviates, float *__restrict to) {
  for (int i = 0; i < VALUES; i++) {
    float value = from[i];
    if (divides) value /= rule->divisor;
    value -= rule->mean[i];
    if (deviates) value /= rule->deviation[i];
    to[i] = value;
  }
}

INLINE void blocks(
    const uint8_t *pixels, ptrdiff_t count, bool is_reversed, const block_rule *rule, bool divides, bool deviates,
    float *out) {
  for (ptrdiff_t first = 0; first < count; first += PIXELS) {
    const uint8_t *from = pixels + 3 * first;
    float *to = out + 3 * first;
    const ptrdiff_t rest = 3 * (count - first);
    if (rest >= VALUES && !is_reversed) {
      block(from, rule, divides, deviates, to);
      continue;
    }
    float results[VALUES];
    if (rest >= VALUES) {
      block(from, rule, divides, deviates, results);
      // Not the bytes are turned around but the results: single floats can be read from vectors at once, not vice versa.
      for (int i = 0; i < VALUES; i++) to[i] = results[i / 3 * 3 + 2 - i % 3];
      continue;
    }
    uint8_t values[VALUES] = {0};
    memcpy(values, from, (size_t)rest);
    block(values, rule, divides, deviates, results);
    for (ptrdiff_t i = 0; i < rest; i++) to[i] = results[is_reversed ? i / 3 * 3 + 2 - i % 3 : i];
  }
}

INLINE void preprocess(
    const uint8_t *pixels, ptrdiff_t count, bool is_reversed, float divisor, const float *mean, const float *deviation,
    float *out) {
  block_rule rule = {.divisor = divisor};
  bool deviates = false;
  for (int i = 0; i < VALUES; i++) {
    // In the order of the input.
    const int channel = is_reversed ? 2 - i % 3 : i % 3;
    rule.mean[i] = mean[channel];
    rule.deviation[i] = deviation[channel];
    deviates = deviates || deviation[channel] != 1;
  }
  if (divisor != 1 && deviates) {
    blocks(pixels, count, is_reversed, &rule, true, true, out);
  } else if (divisor != 1) {
    blocks(pixels, count, is_reversed, &rule, true, false, out);
  } else if (deviates) {
    blocks(pixels, count, is_reversed, &rule, false, true, out);
  } else {
    blocks(pixels, count, is_reversed, &rule, false, false, out);
  }
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void preprocess_avx2(
    const uint8_t *pixels, ptrdiff_t count, bool is_reversed, float divisor, const float *mean, const float *deviation,
    float *out) {
  preprocess(pixels, count, is_reversed, divisor, mean, deviation, out);
}
#endif

void graft_preprocess_basic(
    const uint8_t *pixels, ptrdiff_t count, bool is_reversed, float divisor, const float *mean, const float *deviation,
    float *out) {
  preprocess(pixels, count, is_reversed, divisor, mean, deviation, out);
}

void graft_preprocess(
    const uint8_t *pixels, ptrdiff_t count, bool is_reversed, float divisor, const float *mean, const float *deviation,
    float *out) {
#if defined(__x86_64__)
  // Vectors of eight floats instead of four.
  if (__builtin_cpu_supports("avx2")) {
    return preprocess_avx2(pixels, count, is_reversed, divisor, mean, deviation, out);
  }
#endif
  preprocess(pixels, count, is_reversed, divisor, mean, deviation, out);
}
