#include "cfuzz.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

#if defined(__GLIBC__) && !defined(SANITIZED)

// Every block that the process takes, C libraries' blocks included, is counted by the size that was asked for, and carries a
// pattern behind its end, so that a library that writes past it is found. An executable's malloc takes the place of glibc's.

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

enum { TAIL = 16, PATTERN = 0xC5 };
static _Atomic size_t live, peak, base, limit = SIZE_MAX;

static void die(const char *reason) {
  // No message that takes memory itself.
  atomic_store(&limit, SIZE_MAX);
  if (write(2, reason, strlen(reason)) < 0) _exit(86);
  abort();
}

static void reserve(size_t size) {
  size_t now = atomic_load(&live);
  size_t most = atomic_load(&limit);
  if (size > most || now > most - size) die("graft-fuzz: memory beyond the limit\n");
}

/// The bytes that a block really has: glibc writes the size of its chunk before it, whose lowest bits are flags.
static size_t room(void *block) {
  size_t chunk = ((size_t *)block)[-1];
  return (chunk & ~(size_t)7) - (chunk & 2 ? 2 : 1) * sizeof(size_t);
}

static void *took(void *block, size_t size) {
  if (block == NULL) return NULL;
  size_t end = room(block) - sizeof(size_t);
  memset((char *)block + size, PATTERN, end - size);
  memcpy((char *)block + end, &size, sizeof size);
  size_t now = atomic_fetch_add(&live, size) + size;
  size_t most = atomic_load(&peak);
  while (now > most && !atomic_compare_exchange_weak(&peak, &most, now)) {
  }
  return block;
}

/// The size that was asked for.
static size_t size_of(void *block) {
  size_t size, end = room(block) - sizeof(size_t);
  memcpy(&size, (char *)block + end, sizeof size);
  if (size > end) die("graft-fuzz: a block's end was overwritten\n");
  for (size_t i = size; i < end; i++)
    if (((unsigned char *)block)[i] != PATTERN) die("graft-fuzz: a block's end was overwritten\n");
  return size;
}

void *malloc(size_t size) {
  reserve(size);
  return size > SIZE_MAX - TAIL ? NULL : took(__libc_malloc(size + TAIL), size);
}

void *calloc(size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX - TAIL) return NULL;
  reserve(bytes);
  return took(__libc_calloc(1, bytes + TAIL), bytes);
}

void free(void *block) {
  if (block == NULL) return;
  atomic_fetch_sub(&live, size_of(block));
  __libc_free(block);
}

void *realloc(void *block, size_t size) {
  if (block == NULL) return malloc(size);
  if (size == 0) {
    free(block);
    return NULL;
  }
  if (size > SIZE_MAX - TAIL) return NULL;
  size_t before = size_of(block);
  // Both lie in memory while one is copied to the other.
  reserve(size);
  void *moved = __libc_realloc(block, size + TAIL);
  if (moved == NULL) return NULL;
  atomic_fetch_sub(&live, before);
  return took(moved, size);
}

void *memalign(size_t alignment, size_t size) {
  reserve(size);
  return size > SIZE_MAX - TAIL ? NULL : took(__libc_memalign(alignment, size + TAIL), size);
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **block, size_t alignment, size_t size) {
  void *found = memalign(alignment, size);
  if (found == NULL) return 12;
  *block = found;
  return 0;
}

// Swift's arrays ask how much room a block has, and use it.
size_t malloc_usable_size(void *block) { return block == NULL ? 0 : size_of(block); }

int graft_fuzz_counts_memory(void) { return 1; }

void graft_fuzz_memory_begin(size_t more) {
  size_t now = atomic_load(&live);
  atomic_store(&base, now);
  atomic_store(&peak, now);
  atomic_store(&limit, more > SIZE_MAX - now ? SIZE_MAX : now + more);
}

size_t graft_fuzz_memory_end(void) {
  atomic_store(&limit, SIZE_MAX);
  return atomic_load(&peak) - atomic_load(&base);
}

#else

int graft_fuzz_counts_memory(void) { return 0; }
void graft_fuzz_memory_begin(size_t more) {}
size_t graft_fuzz_memory_end(void) { return 0; }

#endif
