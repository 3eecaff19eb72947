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

// The loops of the optimizers' steps, over `count` weights w with gradients g and what is remembered of each weight. No two
// arrays overlap. Each product and sum is rounded by itself, so that every processor gives the same bits.

typedef float *__restrict graft_floats;
typedef const float *__restrict graft_gradients;

// Whether no number is infinite or NaN.
bool graft_are_finite(const float *x, size_t count);

void graft_scale(graft_gradients g, float scale, graft_floats result, size_t count);
void graft_clip(graft_gradients g, float limit, graft_floats result, size_t count);
void graft_decay(graft_floats w, float decay, float rate, size_t count);
void graft_average(graft_floats average, graft_gradients w, float momentum, size_t count);

void graft_descend(graft_floats w, graft_gradients g, float rate, size_t count);
void graft_momentum(graft_floats w, graft_floats m, graft_gradients g, float momentum, float rate, size_t count);
void graft_nesterov(graft_floats w, graft_floats m, graft_gradients g, float momentum, float rate, size_t count);

// Adam with the rests 1 - beta of both moments, and with `alpha`, the learning rate with the correction for early steps.
void graft_adam(
    graft_floats w, graft_floats m, graft_floats v, graft_gradients g, float rest1, float rest2, float alpha,
    float epsilon, size_t count);
// The same with the largest second moment so far.
void graft_amsgrad(
    graft_floats w, graft_floats m, graft_floats v, graft_floats largest, graft_gradients g, float rest1, float rest2,
    float alpha, float epsilon, size_t count);

// The increments of RMSprop: of the mean square v of gradients, and of their variance, with their mean a.
void graft_rmsprop(
    graft_floats v, graft_gradients g, float rho, float rest, float rate, float epsilon, graft_floats increment,
    size_t count);
void graft_centered_rmsprop(
    graft_floats v, graft_floats a, graft_gradients g, float rho, float rest, float rate, float epsilon,
    graft_floats increment, size_t count);
void graft_subtract(graft_floats w, graft_gradients increment, size_t count);
void graft_accumulate(graft_floats w, graft_floats m, graft_gradients increment, float momentum, size_t count);
