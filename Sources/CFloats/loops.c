#include "CFloats.h"

#include <stdint.h>
#include <string.h>

// Nor does the compiler join a product and a sum where the processor could.
#pragma STDC FP_CONTRACT OFF

// Compiled twice, with the processor's choice at start: for every x86-64, which has vectors of four floats, and for those
// with vectors of eight. Others, and C libraries that cannot choose at start, have one version.
#if defined(__x86_64__) && defined(__GLIBC__)
#define WIDE __attribute__((target_clones("avx2", "default")))
#else
#define WIDE
#endif

static inline __attribute__((always_inline)) uint32_t bit_pattern(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

WIDE bool graft_are_finite(graft_numbers x, size_t count) {
  const uint32_t exponent = 0x7F800000;
  uint32_t found = 0;
  for (size_t i = 0; i < count; i++) found |= (bit_pattern(x[i]) & exponent) == exponent;
  return found == 0;
}

enum { LANES = 8 };

WIDE graft_distance graft_measure_distance(
    graft_numbers expected, graft_numbers actual, size_t rows, size_t channels, graft_numbers scales) {
  double e[LANES] = {0}, a[LANES] = {0}, d[LANES] = {0}, p[LANES] = {0};
  float largest[LANES] = {0};
  for (size_t row = 0; row < rows; row++) {
    for (size_t first = 0; first < channels; first += LANES) {
      const size_t at = row * channels + first;
      float from[LANES] = {0}, to[LANES] = {0};
      // A constant length where there are as many, for loops without branches.
      if (first + LANES <= channels) {
        for (int i = 0; i < LANES; i++) from[i] = expected[at + i];
        for (int i = 0; i < LANES; i++) to[i] = scales ? actual[at + i] * scales[first + i] : actual[at + i];
      } else {
        for (size_t i = 0; first + i < channels; i++) {
          from[i] = expected[at + i];
          to[i] = scales ? actual[at + i] * scales[first + i] : actual[at + i];
        }
      }
      for (int i = 0; i < LANES; i++) {
        const double x = from[i], y = to[i];
        e[i] += x * x;
        a[i] += y * y;
        d[i] += (x - y) * (x - y);
        p[i] += x * y;
        const float magnitude = __builtin_fabsf(from[i]);
        largest[i] = magnitude > largest[i] ? magnitude : largest[i];
      }
    }
  }
  graft_distance total = {0};
  for (int i = 0; i < LANES; i++) {
    total.expected += e[i];
    total.actual += a[i];
    total.difference += d[i];
    total.product += p[i];
    total.largest = largest[i] > total.largest ? largest[i] : total.largest;
  }
  return total;
}

WIDE void graft_find_bins(graft_numbers x, int first, unsigned char *bins, size_t count) {
  for (size_t i = 0; i < count; i++) {
    // Exponent and the upper three bits behind it, as one number.
    const int32_t bits = (int32_t)(bit_pattern(x[i]) & 0x7FFFFFFF);
    int32_t bin = (bits >> 20) - first;
    bin = bin < 1 ? 1 : bin > 255 ? 255 : bin;
    bins[i] = (unsigned char)(bits == 0 ? 0 : bin);
  }
}

WIDE void graft_add_and_compare(graft_numbers x, graft_floats sums, graft_floats largest, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const float magnitude = __builtin_fabsf(x[i]);
    sums[i] += x[i];
    largest[i] = magnitude > largest[i] ? magnitude : largest[i];
  }
}

WIDE void graft_compare_scaled(graft_numbers x, float scale, graft_floats largest, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const float magnitude = __builtin_fabsf(x[i]) * scale;
    largest[i] = magnitude > largest[i] ? magnitude : largest[i];
  }
}

WIDE void graft_scale(graft_numbers g, float scale, graft_floats result, size_t count) {
  for (size_t i = 0; i < count; i++) result[i] = g[i] * scale;
}

WIDE void graft_clip(graft_numbers g, float limit, graft_floats result, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const float bounded = g[i] > limit ? limit : g[i];
    result[i] = bounded < -limit ? -limit : bounded;
  }
}

WIDE void graft_decay(graft_floats w, float decay, float rate, size_t count) {
  for (size_t i = 0; i < count; i++) w[i] -= w[i] * decay * rate;
}

WIDE void graft_average(graft_floats average, graft_numbers w, float momentum, size_t count) {
  const float rest = 1 - momentum;
  for (size_t i = 0; i < count; i++) average[i] = momentum * average[i] + rest * w[i];
}

WIDE void graft_descend(graft_floats w, graft_numbers g, float rate, size_t count) {
  for (size_t i = 0; i < count; i++) w[i] -= rate * g[i];
}

WIDE void graft_momentum(
    graft_floats w, graft_floats m, graft_numbers g, float momentum, float rate, size_t count) {
  for (size_t i = 0; i < count; i++) {
    m[i] = momentum * m[i] - rate * g[i];
    w[i] += m[i];
  }
}

WIDE void graft_nesterov(
    graft_floats w, graft_floats m, graft_numbers g, float momentum, float rate, size_t count) {
  for (size_t i = 0; i < count; i++) {
    m[i] = momentum * m[i] - rate * g[i];
    w[i] += momentum * m[i] - rate * g[i];
  }
}

WIDE void graft_adam(
    graft_floats w, graft_floats m, graft_floats v, graft_numbers g, float rest1, float rest2, float alpha,
    float epsilon, size_t count) {
  for (size_t i = 0; i < count; i++) {
    m[i] += (g[i] - m[i]) * rest1;
    v[i] += (g[i] * g[i] - v[i]) * rest2;
    w[i] -= m[i] * alpha / (__builtin_elementwise_sqrt(v[i]) + epsilon);
  }
}

WIDE void graft_amsgrad(
    graft_floats w, graft_floats m, graft_floats v, graft_floats largest, graft_numbers g, float rest1, float rest2,
    float alpha, float epsilon, size_t count) {
  for (size_t i = 0; i < count; i++) {
    m[i] += (g[i] - m[i]) * rest1;
    v[i] += (g[i] * g[i] - v[i]) * rest2;
    largest[i] = v[i] > largest[i] ? v[i] : largest[i];
    w[i] -= m[i] * alpha / (__builtin_elementwise_sqrt(largest[i]) + epsilon);
  }
}

WIDE void graft_rmsprop(
    graft_floats v, graft_numbers g, float rho, float rest, float rate, float epsilon, graft_floats increment,
    size_t count) {
  for (size_t i = 0; i < count; i++) {
    v[i] = rho * v[i] + rest * (g[i] * g[i]);
    increment[i] = rate * g[i] / __builtin_elementwise_sqrt(v[i] + epsilon);
  }
}

WIDE void graft_centered_rmsprop(
    graft_floats v, graft_floats a, graft_numbers g, float rho, float rest, float rate, float epsilon,
    graft_floats increment, size_t count) {
  for (size_t i = 0; i < count; i++) {
    v[i] = rho * v[i] + rest * (g[i] * g[i]);
    a[i] = rho * a[i] + rest * g[i];
    increment[i] = rate * g[i] / __builtin_elementwise_sqrt(v[i] - a[i] * a[i] + epsilon);
  }
}

WIDE void graft_subtract(graft_floats w, graft_numbers increment, size_t count) {
  for (size_t i = 0; i < count; i++) w[i] -= increment[i];
}

WIDE void graft_accumulate(
    graft_floats w, graft_floats m, graft_numbers increment, float momentum, size_t count) {
  for (size_t i = 0; i < count; i++) {
    m[i] = momentum * m[i] + increment[i];
    w[i] -= m[i];
  }
}
