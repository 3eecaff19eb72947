#include "CPixels.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#endif

#define INLINE static inline __attribute__((always_inline))

// Rows are worked on eight at a time: then eight sums of columns, one per row, stand in one vector.
enum { LINES = 8, CHANNELS = 3 };

// Sums in 16 bits: a product's lower half is cut off, which takes half of a 256th away on average; half of the number of products
// is added for that. Black stays 0 and white stays 255 as long as there are few products, so many at most. Longer sums are exact.
enum { MOST_TAPS = 32 };

typedef uint8_t bytes8 __attribute__((vector_size(8)));
typedef uint8_t bytes16 __attribute__((vector_size(16)));
typedef uint16_t numbers8 __attribute__((vector_size(16)));

// The upper halves of products.
INLINE numbers8 upper(numbers8 a, numbers8 b) {
#if defined(__x86_64__)
  return (numbers8)_mm_mulhi_epu16((__m128i)a, (__m128i)b);
#elif defined(__ARM_NEON)
  const uint16x4_t low = vshrn_n_u32(vmull_u16(vget_low_u16((uint16x8_t)a), vget_low_u16((uint16x8_t)b)), 16);
  const uint16x4_t high = vshrn_n_u32(vmull_u16(vget_high_u16((uint16x8_t)a), vget_high_u16((uint16x8_t)b)), 16);
  return (numbers8)vcombine_u16(low, high);
#else
  typedef uint32_t wide8 __attribute__((vector_size(32)));
  return __builtin_convertvector(
      (__builtin_convertvector(a, wide8) * __builtin_convertvector(b, wide8)) >> 16, numbers8);
#endif
}

// Four rows with their weights, and what the sum begins with: a bias for the first four, else the sum so far.
typedef struct {
  const uint8_t *lines[4];
  uint16_t weights[4];
  uint16_t bias;
  bool is_first;
} row_group;

// Adds four rows to a row of sums, from `i` on, as long as there are eight numbers.
typedef void row_adder(const row_group *group, ptrdiff_t i, ptrdiff_t stride, uint16_t *row);

INLINE void add_rows(const row_group *group, ptrdiff_t i, ptrdiff_t stride, uint16_t *row) {
  for (; i + 8 <= stride; i += 8) {
    numbers8 sum = (numbers8){} + group->bias;
    if (!group->is_first) memcpy(&sum, row + i, sizeof sum);
    for (int k = 0; k < 4; k++) {
      bytes8 values;
      memcpy(&values, group->lines[k] + i, sizeof values);
      sum += upper(__builtin_convertvector(values, numbers8) << 8, (numbers8){} + group->weights[k]);
    }
    memcpy(row + i, &sum, sizeof sum);
  }
}

#if defined(__x86_64__)
// The same with vectors of 32 bytes, for processors that have them.
__attribute__((target("avx2"))) INLINE void add_rows_avx2(
    const row_group *group, ptrdiff_t i, ptrdiff_t stride, uint16_t *row) {
  for (; i + 16 <= stride; i += 16) {
    __m256i sum = group->is_first ? _mm256_set1_epi16((short)group->bias)
                                  : _mm256_loadu_si256((const __m256i *)(row + i));
    for (int k = 0; k < 4; k++) {
      const __m256i values = _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)(group->lines[k] + i)));
      const __m256i weight = _mm256_set1_epi16((short)group->weights[k]);
      sum = _mm256_add_epi16(sum, _mm256_mulhi_epu16(_mm256_slli_epi16(values, 8), weight));
    }
    _mm256_storeu_si256((__m256i *)(row + i), sum);
  }
  add_rows(group, i, stride, row);
}
#endif

// One output row before its columns are mixed, from `i` on: summed exactly and rounded once.
INLINE void mix_rows_exactly(
    const uint8_t *source, ptrdiff_t i, ptrdiff_t stride, const graft_resize_table *rows, ptrdiff_t y, uint16_t *row) {
  const uint8_t *first = source + rows->starts[y] * stride;
  const uint16_t *weights = rows->weights + y * rows->taps;
  for (; i < stride; i++) {
    uint32_t sum = 128;
    for (ptrdiff_t tap = 0; tap < rows->counts[y]; tap++) sum += (uint32_t)first[tap * stride + i] * weights[tap];
    row[i] = (uint16_t)(sum >> 8);
  }
}

// One output row before its columns are mixed.
INLINE void mix_rows(
    const uint8_t *source, ptrdiff_t stride, const graft_resize_table *rows, ptrdiff_t y, row_adder *add,
    uint16_t *row) {
  const ptrdiff_t count = rows->counts[y];
  const uint8_t *first = source + rows->starts[y] * stride;
  for (ptrdiff_t tap = 0; tap < count; tap += 4) {
    row_group group = {.bias = (uint16_t)(count / 2), .is_first = tap == 0};
    for (ptrdiff_t k = 0; k < 4; k++) {
      // Rows that do not exist have no weight: the first one stands for them.
      group.lines[k] = tap + k < count ? first + (tap + k) * stride : first;
      group.weights[k] = tap + k < count ? rows->weights[y * rows->taps + tap + k] : 0;
    }
    add(&group, 0, stride, row);
  }
  // What fills no vector.
  mix_rows_exactly(source, stride / 8 * 8, stride, rows, y, row);
}

// The pixels of an output row.
INLINE void mix_columns_exactly(const uint16_t *row, const graft_resize_table *columns, uint8_t *out) {
  for (ptrdiff_t x = 0; x < columns->count; x++) {
    const uint16_t *from = row + columns->starts[x] * CHANNELS;
    const uint16_t *weights = columns->weights + x * columns->taps;
    for (int channel = 0; channel < CHANNELS; channel++) {
      uint32_t sum = 1u << 23;
      for (ptrdiff_t tap = 0; tap < columns->counts[x]; tap++) {
        sum += (uint32_t)from[tap * CHANNELS + channel] * weights[tap];
      }
      out[x * CHANNELS + channel] = (uint8_t)(sum >> 24);
    }
  }
}

#define INTERLEAVE_LOW(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define INTERLEAVE_HIGH(a, b) __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15)

// Lays eight rows of `stride` numbers side by side: the eight numbers of a place become neighbours.
INLINE void lay_side_by_side(const uint16_t *lines, ptrdiff_t stride, uint16_t *__restrict side) {
  ptrdiff_t i = 0;
  for (; i + 8 <= stride; i += 8) {
    numbers8 r[8], s[8];
    for (int k = 0; k < 8; k++) memcpy(&r[k], lines + k * stride + i, sizeof r[k]);
    // Three rounds of dealing two halves together.
    for (int round = 0; round < 3; round++) {
      for (int k = 0; k < 4; k++) {
        s[2 * k] = INTERLEAVE_LOW(r[k], r[k + 4]);
        s[2 * k + 1] = INTERLEAVE_HIGH(r[k], r[k + 4]);
      }
      memcpy(r, s, sizeof r);
    }
    memcpy(side + i * LINES, r, sizeof r);
  }
  for (; i < stride; i++) {
    for (int k = 0; k < LINES; k++) side[i * LINES + k] = lines[k * stride + i];
  }
}

// Eight output rows: for each pixel the sums of three channels of eight rows.
INLINE void mix_columns(const uint16_t *side, const graft_resize_table *columns, uint8_t *__restrict pixels) {
  for (ptrdiff_t x = 0; x < columns->count; x++) {
    const ptrdiff_t count = columns->counts[x];
    const uint16_t *from = side + columns->starts[x] * CHANNELS * LINES;
    const uint16_t *weights = columns->weights + x * columns->taps;
    // Half of what is cut off, and half of 256 to round.
    numbers8 r = (numbers8){} + (uint16_t)(128 + count / 2), g = r, b = r;
    for (ptrdiff_t tap = 0; tap < count; tap++) {
      const numbers8 weight = (numbers8){} + weights[tap];
      numbers8 values[CHANNELS];
      memcpy(values, from + tap * CHANNELS * LINES, sizeof values);
      r += upper(values[0], weight);
      g += upper(values[1], weight);
      b += upper(values[2], weight);
    }
    const bytes8 results[CHANNELS] = {
      __builtin_convertvector(r >> 8, bytes8), __builtin_convertvector(g >> 8, bytes8),
      __builtin_convertvector(b >> 8, bytes8)};
    memcpy(pixels + x * CHANNELS * LINES, results, sizeof results);
  }
}

// The inverse of `lay_side_by_side`, for bytes: `count` places of eight neighbours become the first `height` of eight rows.
INLINE void lay_below(const uint8_t *side, ptrdiff_t count, ptrdiff_t height, uint8_t *__restrict out) {
  ptrdiff_t i = 0;
  for (; i + 8 <= count; i += 8) {
    bytes16 r[4], s[4];
    memcpy(r, side + i * LINES, sizeof r);
    for (int round = 0; round < 3; round++) {
      for (int k = 0; k < 2; k++) {
        s[2 * k] = __builtin_shufflevector(
            r[k], r[k + 2], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
        s[2 * k + 1] = __builtin_shufflevector(
            r[k], r[k + 2], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
      }
      memcpy(r, s, sizeof r);
    }
    uint8_t block[LINES][8];
    memcpy(block, r, sizeof block);
    for (ptrdiff_t k = 0; k < height; k++) memcpy(out + k * count + i, block[k], 8);
  }
  for (; i < count; i++) {
    for (ptrdiff_t k = 0; k < height; k++) out[k * count + i] = side[i * LINES + k];
  }
}

size_t graft_resize_scratch(ptrdiff_t stride, graft_resize_table columns) {
  // Two numbers for each byte of the source's rows, and the result's bytes, two to a number.
  return (size_t)(2 * stride * LINES + columns.count * CHANNELS * LINES / 2);
}

INLINE void resize(
    const uint8_t *source, ptrdiff_t stride, const graft_resize_table *rows, const graft_resize_table *columns,
    row_adder *add, uint16_t *scratch, uint8_t *out) {
  const ptrdiff_t width = columns->count * CHANNELS;
  if (rows->taps > MOST_TAPS || columns->taps > MOST_TAPS) {
    for (ptrdiff_t y = 0; y < rows->count; y++) {
      mix_rows_exactly(source, 0, stride, rows, y, scratch);
      mix_columns_exactly(scratch, columns, out + y * width);
    }
    return;
  }
  uint16_t *lines = scratch;
  uint16_t *side = lines + stride * LINES;
  uint8_t *pixels = (uint8_t *)(side + stride * LINES);
  for (ptrdiff_t y = 0; y < rows->count; y += LINES) {
    const ptrdiff_t height = rows->count - y < LINES ? rows->count - y : LINES;
    for (ptrdiff_t k = 0; k < height; k++) mix_rows(source, stride, rows, y + k, add, lines + k * stride);
    // Below the picture anything will do: nobody looks at it.
    for (ptrdiff_t k = height; k < LINES; k++) memcpy(lines + k * stride, lines, (size_t)stride * sizeof *lines);
    lay_side_by_side(lines, stride, side);
    mix_columns(side, columns, pixels);
    // The usual height as a constant, for a loop without branches.
    if (height == LINES) {
      lay_below(pixels, width, LINES, out + y * width);
    } else {
      lay_below(pixels, width, height, out + y * width);
    }
  }
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void resize_avx2(
    const uint8_t *source, ptrdiff_t stride, const graft_resize_table *rows, const graft_resize_table *columns,
    uint16_t *scratch, uint8_t *out) {
  resize(source, stride, rows, columns, add_rows_avx2, scratch, out);
}
#endif

void graft_resize_basic(
    const uint8_t *source, ptrdiff_t stride, graft_resize_table rows, graft_resize_table columns, uint16_t *scratch,
    uint8_t *out) {
  resize(source, stride, &rows, &columns, add_rows, scratch, out);
}

void graft_resize(
    const uint8_t *source, ptrdiff_t stride, graft_resize_table rows, graft_resize_table columns, uint16_t *scratch,
    uint8_t *out) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) return resize_avx2(source, stride, &rows, &columns, scratch, out);
#endif
  graft_resize_basic(source, stride, rows, columns, scratch, out);
}
