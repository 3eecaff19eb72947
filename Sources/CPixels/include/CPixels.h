// What is done to every pixel, compiled for more than one kind of processor.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Along one axis: for each output position the first source position that has a weight, the number of those that have one,
// and the weights, `taps` per output position, in 65536ths.
typedef struct {
  const ptrdiff_t *starts;
  const ptrdiff_t *counts;
  const uint16_t *weights;
  ptrdiff_t taps;
  ptrdiff_t count;
} graft_resize_table;

// How many 16-bit numbers `graft_resize` works in, for a source whose rows have `stride` bytes.
size_t graft_resize_scratch(ptrdiff_t stride, graft_resize_table columns);

// Resizes a picture of three channels: sums of rows, then sums of columns. Between the two pixels have 8 bits behind the point.
void graft_resize(
    const uint8_t *source, ptrdiff_t stride, graft_resize_table rows, graft_resize_table columns, uint16_t *scratch,
    uint8_t *out);

// The same with what every processor has. `graft_resize` gives equal bytes.
void graft_resize_basic(
    const uint8_t *source, ptrdiff_t stride, graft_resize_table rows, graft_resize_table columns, uint16_t *scratch,
    uint8_t *out);

// Pixels of three channels as a network wants them: (pixel / divisor - mean) / deviation, with means and deviations per
// channel of the output, whose order may be the reverse of the input's.
void graft_preprocess(
    const uint8_t *pixels, ptrdiff_t count, bool is_reversed, float divisor, const float *mean, const float *deviation,
    float *out);

// The same with what every processor has. `graft_preprocess` gives equal bits.
void graft_preprocess_basic(
    const uint8_t *pixels, ptrdiff_t count, bool is_reversed, float divisor, const float *mean, const float *deviation,
    float *out);
