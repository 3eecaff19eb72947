// What the processor can do with floats and Swift cannot say: denormal numbers as 0, and loops that are compiled for more
// than one kind of processor.
#pragma once
#include <stdbool.h>
#include <stddef.h>

// Makes the calling thread, and threads that it starts, take denormal numbers (below 1.2e-38) for 0, as TensorFlow does.
// Gradients and Adam's moments decay into them, and arithmetic on them is slower by an order of magnitude.
static inline void graft_flush_denormals(void) {
#if defined(__x86_64__)
  // Flush-to-zero and denormals-are-zero.
  __builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() | 0x8040);
#elif defined(__aarch64__)
  unsigned long long control;
  __asm__ volatile("mrs %0, fpcr" : "=r"(control));
  __asm__ volatile("msr fpcr, %0" : : "r"(control | 1ull << 24));
#endif
}

// No two arrays of a loop overlap.
typedef float *__restrict graft_floats;
typedef const float *__restrict graft_numbers;

// Whether no number is infinite or NaN.
bool graft_are_finite(graft_numbers x, size_t count);

// How far rows of numbers are from what they should be.
typedef struct {
  // Sums of squares of what should be, of what is, of the differences; and the sum of the products.
  double expected, actual, difference, product;
  // The largest magnitude that there should be.
  float largest;
} graft_distance;

// The distance of rows of `channels` numbers, `actual` times a scale for each channel, or as they are without scales. Sums are
// taken eight side by side, always in the same order.
graft_distance graft_measure_distance(
    graft_numbers expected, graft_numbers actual, size_t rows, size_t channels, graft_numbers scales);

// For each magnitude its place among those of eight bins per power of 2, `first` being the place before the first bin: 0 for
// zeros, else 1 to 255.
void graft_find_bins(graft_numbers x, int first, unsigned char *bins, size_t count);

// Adds numbers to sums, and keeps the largest magnitudes.
void graft_add_and_compare(graft_numbers x, graft_floats sums, graft_floats largest, size_t count);

// Keeps the largest magnitudes of numbers times a scale.
void graft_compare_scaled(graft_numbers x, float scale, graft_floats largest, size_t count);

// The loops of the optimizers' steps, over `count` weights w with gradients g and what is remembered of each weight. Each
// product and sum is rounded by itself, so that every processor gives the same bits.

void graft_scale(graft_numbers g, float scale, graft_floats result, size_t count);
void graft_clip(graft_numbers g, float limit, graft_floats result, size_t count);
void graft_decay(graft_floats w, float decay, float rate, size_t count);
void graft_average(graft_floats average, graft_numbers w, float momentum, size_t count);

void graft_descend(graft_floats w, graft_numbers g, float rate, size_t count);
void graft_momentum(graft_floats w, graft_floats m, graft_numbers g, float momentum, float rate, size_t count);
void graft_nesterov(graft_floats w, graft_floats m, graft_numbers g, float momentum, float rate, size_t count);

// Adam with the rests 1 - beta of both moments, and with `alpha`, the learning rate with the correction for early steps.
void graft_adam(
    graft_floats w, graft_floats m, graft_floats v, graft_numbers g, float rest1, float rest2, float alpha,
    float epsilon, size_t count);
// The same with the largest second moment so far.
void graft_amsgrad(
    graft_floats w, graft_floats m, graft_floats v, graft_floats largest, graft_numbers g, float rest1, float rest2,
    float alpha, float epsilon, size_t count);

// The increments of RMSprop: of the mean square v of gradients, and of their variance, with their mean a.
void graft_rmsprop(
    graft_floats v, graft_numbers g, float rho, float rest, float rate, float epsilon, graft_floats increment,
    size_t count);
void graft_centered_rmsprop(
    graft_floats v, graft_floats a, graft_numbers g, float rho, float rest, float rate, float epsilon,
    graft_floats increment, size_t count);
void graft_subtract(graft_floats w, graft_numbers increment, size_t count);
void graft_accumulate(graft_floats w, graft_floats m, graft_numbers increment, float momentum, size_t count);
