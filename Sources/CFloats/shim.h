// What the processor can do with floats and Swift cannot say.
#pragma once

// The square root without C's errno. Swift's `squareRoot()` calls C's on Linux, which keeps loops from becoming vectors.
static inline float graft_square_root(float x) { return __builtin_elementwise_sqrt(x); }

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
